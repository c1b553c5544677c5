import type { FitResult } from "../../fit/result.ts";
import { brief, type Finding } from "./finding.ts";

/** Curvature below this: a combination of parameters can move without the likelihood noticing. */
const FLAT = 1e-6;

/** What the certificate says. */
export function convergenceFindings(fit: FitResult): Finding[] {
  const { convergence, theta, solver } = fit;
  if (solver === "iteration" || fit.model.random.length === 0 || theta.length === 0) return [];
  const { converged, newtonDecrement, expectedChange, gradientNorm, smallestCurvature, boundary } =
    convergence;
  if (!converged) {
    const saddle = smallestCurvature !== null && smallestCurvature < 0;
    return [
      {
        topic: "convergence",
        level: "problem",
        weight: 100,
        title: "The search did not reach a minimum",
        message: `one more step would lower -2 log-likelihood by about ${brief(newtonDecrement)}${
          expectedChange === null
            ? ""
            : ` and move some estimate by up to ${brief(expectedChange)} of its standard error`
        }${saddle ? "; the likelihood still bends upward along one direction, so this is a saddle" : ""}`,
        advice:
          "raise --max-iterations or start elsewhere (--start); if that does not help, simplify the random terms",
      },
    ];
  }
  const found: Finding[] = [];
  if (boundary.length === 0 && smallestCurvature !== null && smallestCurvature < FLAT) {
    found.push({
      topic: "convergence",
      level: "problem",
      weight: 80,
      title: "The data do not tell some variances apart",
      message:
        "at the estimates the likelihood is flat along one combination of the variance parameters: other values fit as well",
      advice:
        "look for a random term with one row per level, or two terms that group the rows alike, and leave one out",
    });
  }
  found.push({
    topic: "convergence",
    level: "fine",
    weight: 0,
    title: "The estimates are a minimum",
    message: `the exact gradient is ${brief(gradientNorm)} at most; one more step would lower -2 log-likelihood by ${brief(newtonDecrement)}${
      expectedChange === null
        ? ""
        : ` and move no estimate by more than ${brief(expectedChange)} of its standard error`
    }`,
    advice: null,
  });
  return found;
}
