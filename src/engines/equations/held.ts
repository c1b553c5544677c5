import { HendersonError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import type { Matrix } from "../../linalg/matrix.ts";
import { symmetricEigen } from "../../linalg/symmetricEigen.ts";
import type { Model } from "../../model/model.ts";

/** Eigenvalues of a correlation matrix that are zero. */
const SINGULAR = 1e-12;

/**
 * Checks covariances that are held at known values against the model.
 *
 * @throws HendersonError engine/unknown-component, engine/held-covariance
 */
export function requireHeldCovariances(model: Model, held: ReadonlyMap<string, Matrix>): void {
  const sizes = new Map(model.random.map((term) => [term.component, term.covariance.size]));
  sizes.set("residual", model.traits?.names.length ?? 1);
  for (const [name, value] of held) {
    const size = sizes.get(name);
    if (size === undefined) {
      const names = [...sizes.keys()];
      throw new HendersonError("engine/unknown-component", `the model has no variance component '${name}'`, {
        hint: `the closest is '${nearest(name, names) ?? names[0]}'; there are ${names.join(", ")}`,
      });
    }
    requireCovariance(name, value, size);
  }
}

/** @throws HendersonError engine/held-covariance where a value is no covariance matrix (of the residual: a positive definite one) */
export function requireCovariance(
  name: string,
  { rows, columns, values }: Matrix,
  size: number,
  kind: "known" | "starting" = "known",
): void {
  const refuse = (what: string, hint: string): never => {
    throw new HendersonError("engine/held-covariance", `the ${kind} value of '${name}' ${what}`, { hint });
  };
  if (rows !== size || columns !== size) {
    refuse(
      `is ${rows} x ${columns}, but the component has ${size} coefficient${size === 1 ? "" : "s"}`,
      size === 1 ? "give one variance" : `give a ${size} x ${size} matrix`,
    );
  }
  for (let j = 0; j < size; j++) {
    for (let i = 0; i < size; i++) {
      const value = values[i + j * size]!;
      if (!Number.isFinite(value)) refuse("has an entry that is not a number", "give finite numbers");
      const mirrored = values[j + i * size]!;
      if (Math.abs(value - mirrored) > 1e-10 * Math.max(Math.abs(value), Math.abs(mirrored))) {
        refuse(
          `is not symmetric: entry [${i + 1},${j + 1}] is ${value} and [${j + 1},${i + 1}] is ${mirrored}`,
          "give a symmetric matrix",
        );
      }
    }
  }
  // as correlations, because traits can have units of any size
  const scale = Float64Array.from(
    { length: size },
    (_, i) => Math.sqrt(Math.abs(values[i + i * size]!)) || 1,
  );
  const scaled = values.map((value, e) => value / (scale[e % size]! * scale[Math.floor(e / size)]!));
  const eigenvalue = symmetricEigen({ rows: size, columns: size, values: scaled }).values[0]!;
  if (name === "residual" ? eigenvalue > SINGULAR : eigenvalue >= -SINGULAR) return;
  if (size === 1) {
    refuse(
      `is ${values[0]}, but a variance is ${name === "residual" ? "positive" : "not negative"}`,
      "give a variance, not a covariance",
    );
  }
  const smallest = symmetricEigen({ rows: size, columns: size, values }).values[0]!;
  if (eigenvalue >= -SINGULAR) {
    refuse(
      "is singular, and the equations need the inverse of the residual covariance",
      "the residual of no trait may follow from those of others: lower the correlations, or leave out a trait",
    );
  }
  refuse(
    `is not a covariance matrix: its smallest eigenvalue is ${smallest.toPrecision(4)}`,
    "check signs, and that every correlation lies between -1 and 1",
  );
}
