import { createMatrix } from "../../src/linalg/matrix.ts";
import type { RandomTerm } from "../../src/model/model.ts";
import type { ReferenceCase, ReferenceComponent } from "./referenceCase.ts";

/** The reference component of one of our terms: same group, same coefficients. */
export function componentOf(term: RandomTerm, reference: ReferenceCase): ReferenceComponent {
  const found = reference.components.find(
    (component) => component.group === term.group && component.terms.join() === term.coefficientNames.join(),
  );
  if (found === undefined) {
    const known = reference.components.map((component) => `${component.group}: ${component.terms.join()}`);
    throw new Error(
      `no reference for ${term.group}: ${term.coefficientNames.join()} among ${known.join("; ")}`,
    );
  }
  return found;
}

/** The reference parameters in the order of our model; structured terms by way of their covariance. */
export function thetaAt(random: readonly RandomTerm[], reference: ReferenceCase): Float64Array {
  const theta = new Float64Array(random.reduce((sum, term) => sum + term.covariance.parameters.length, 0));
  let offset = 0;
  for (const term of random) {
    const component = componentOf(term, reference);
    if (component.theta !== undefined && component.theta.length === term.covariance.parameters.length) {
      theta.set(component.theta, offset);
    } else {
      const k = component.terms.length;
      const phi = createMatrix(k, k);
      for (let i = 0; i < k; i++)
        for (let j = 0; j < k; j++)
          phi.values[i + j * k] = component.covariance[i]![j]! / reference.sigma ** 2;
      term.covariance.start(phi, theta, offset);
    }
    offset += term.covariance.parameters.length;
  }
  return theta;
}
