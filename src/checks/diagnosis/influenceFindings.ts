import type { FitResult } from "../../fit/result.ts";
import { solvedFit } from "../../fit/solvedFit.ts";
import { createSetDeleter } from "../groupDeletion.ts";
import { influence } from "../influence.ts";
import type { Influence } from "../influenceResult.ts";
import { recordGroups } from "../recordGroups.ts";
import { brief, type Finding, listed } from "./finding.ts";

/** One unit and the coefficient that it moves most. */
export interface InfluentialUnit {
  readonly label: string;
  readonly rows: number;
  readonly cooksDistance: number;
  readonly coefficient: string;
  /** estimate minus estimate without the unit, in standard errors of the whole fit */
  readonly moved: number;
  readonly estimate: number;
  readonly estimateWithout: number;
}

export interface InfluenceReport {
  /** `row`, or a grouping factor */
  readonly left: string;
  /** 0 where it was not computed because it would take long */
  readonly units: number;
  /** most influential first */
  readonly top: readonly InfluentialUnit[];
  /** groups that lie farther from the others' prediction than chance: p, adjusted for their number */
  readonly unusual: readonly { readonly label: string; readonly rows: number; readonly p: number }[];
}

const SHOWN = 5;
/** Influence of groups that takes more multiplications (about ten seconds) is left to those who ask for it. */
const LARGEST_WORK = 1e10;
const SAMPLED = 20;
/** A unit that moves a coefficient by this many standard errors decides about it; half of that is worth a look. */
const DECIDES = 1;
const NOTICED = 0.5;

/** Influence of rows and of the levels of every grouping factor. */
export function influenceReports(fit: FitResult): InfluenceReport[] {
  const names = new Set(
    fit.model.random.flatMap(({ group, incidence, levels, relationship }) =>
      incidence === undefined && relationship === undefined && levels.length > 1 ? [group] : [],
    ),
  );
  return [
    ...[...names].map((group): InfluenceReport => {
      if (groupCost(fit, group) > LARGEST_WORK) return { left: group, units: 0, top: [], unusual: [] };
      const result = influence(fit, { group });
      return report(fit, result, unusualGroups(result));
    }),
    // single rows are found among the residuals; here they matter for the fixed effects they move
    ...(fit.beta.length === 0 ? [] : [report(fit, influence(fit), [])]),
  ];
}

function report(
  fit: FitResult,
  { left, labels, sizes, coefficients, cooksDistance, changes }: Influence,
  unusual: InfluenceReport["unusual"],
): InfluenceReport {
  const p = coefficients.length;
  const errors = Array.from(
    { length: p },
    (_, j) => fit.sigma * Math.sqrt(fit.unscaledCovariance.values[j * (p + 1)]!),
  );
  // DFBETAS divide by the standard error without the unit, which grows where the unit is all that a coefficient rests on
  const moved = (u: number, j: number): number => changes[u * p + j]! / errors[j]!;
  const largest = (u: number): number => {
    let at = -1;
    for (let j = 0; j < p; j++) {
      if (!Number.isNaN(moved(u, j)) && (at < 0 || Math.abs(moved(u, j)) > Math.abs(moved(u, at)))) at = j;
    }
    return at;
  };
  const order = Array.from(labels, (_, u) => u)
    .filter((u) => !Number.isNaN(cooksDistance[u]!) && largest(u) >= 0)
    .sort((a, b) => cooksDistance[b]! - cooksDistance[a]! || a - b)
    .slice(0, SHOWN);
  return {
    left,
    units: labels.length,
    top: order.map((u) => {
      const j = largest(u);
      return {
        label: labels[u]!,
        rows: sizes[u]!,
        cooksDistance: cooksDistance[u]!,
        coefficient: coefficients[j]!,
        moved: moved(u, j),
        estimate: fit.beta[j]!,
        estimateWithout: fit.beta[j]! - changes[u * p + j]!,
      };
    }),
    unusual,
  };
}

/** Multiplications of leaving out every level, judged by some of them spread over all. */
function groupCost(fit: FitResult, group: string): number {
  const { members } = recordGroups(fit, group);
  const { cost } = createSetDeleter(solvedFit(fit, "influence"));
  const step = Math.max(1, Math.floor(members.length / SAMPLED));
  let sum = 0;
  let count = 0;
  for (let u = 0; u < members.length; u += step) {
    sum += cost(members[u]!);
    count++;
  }
  return (sum / count) * members.length;
}

/** Groups whose distance from what the others predict is no chance. */
function unusualGroups({ labels, sizes, chiSquaredP }: Influence): InfluenceReport["unusual"] {
  return labels
    .map((label, u) => ({
      label,
      rows: sizes[u]!,
      p: Math.min(1, labels.length * chiSquaredP[u]!),
    }))
    .filter(({ p }) => p < 0.05)
    .sort((x, y) => x.p - y.p)
    .slice(0, SHOWN);
}

/** What the reports say, in words: rows and levels that coefficients rest on, and levels beyond chance. */
export function influenceFindings(reports: readonly InfluenceReport[]): Finding[] {
  return reports.flatMap(({ left, units, top, unusual }): Finding[] => {
    const found: Finding[] = [];
    const [first] = top;
    const kind = left === "row" ? "row" : left;
    if (units === 0) {
      return [
        {
          topic: "influence",
          level: "attention",
          weight: 2,
          title: `Influence of the levels of ${left} was not computed`,
          message: `it takes long in a model of this size: levels of ${left} meet many levels of other groups`,
          advice: `ask for it by itself (henderson influence --group ${left})`,
          subject: left,
        },
      ];
    }
    if (first !== undefined) {
      const most = Math.max(...top.map(({ moved }) => Math.abs(moved)));
      const level = most > DECIDES ? "problem" : most > NOTICED ? "attention" : "fine";
      const noticed = top.filter(({ moved }) => Math.abs(moved) > NOTICED);
      found.push({
        topic: "influence",
        level,
        weight: level === "fine" ? 1 : 40 + 10 * Math.min(most, 2),
        title:
          level === "fine"
            ? `No single ${left === "row" ? "row" : `level of ${left}`} decides about the fixed effects`
            : `${left === "row" ? "Rows" : `Levels of ${left}`} that the fixed effects depend on`,
        message:
          level === "fine"
            ? `the most influential of ${units}, ${kind} ${first.label}, moves ${first.coefficient} by ${brief(Math.abs(first.moved))} of its standard error`
            : noticed
                .map(
                  (unit) =>
                    `without ${kind} ${unit.label} ${unit.coefficient} is ${brief(unit.estimateWithout)} instead of ${brief(unit.estimate)} (${brief(Math.abs(unit.moved))} SE; Cook's distance ${brief(unit.cooksDistance)})`,
                )
                .join("; "),
        advice:
          level === "fine"
            ? null
            : left === "row"
              ? "look for errors in these rows, and report the result with and without them"
              : "look for errors in their rows, and report the result with and without them; a group that is real stays in",
        ...(left === "row" ? {} : { subject: left }),
      });
    }
    if (unusual.length > 0) {
      found.push({
        topic: "influence",
        level: "attention",
        weight: 35,
        title: `Unusual levels of ${left}`,
        message: `${listed(unusual.map(({ label, p }) => `${label} (p = ${brief(p)})`))} ${unusual.length === 1 ? "lies" : "lie"} farther from what the other levels predict than chance explains, adjusted for ${units} levels`,
        advice: "look for errors of recording, or for a predictor that tells such levels apart",
        subject: left,
      });
    }
    return found;
  });
}
