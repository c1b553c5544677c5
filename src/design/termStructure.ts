import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import type { RandomTermSyntax } from "../formula/terms.ts";
import type { RandomTerm } from "../model/model.ts";
import type { RandomBlock } from "./randomBlocks.ts";

/**
 * Name, size and rank of the covariance of a term's coefficients.
 *
 * @throws HendersonError `design/structure` where a number is missing, or not every block has the same structure;
 * `design/structure-traits` where a structure would have to be unstructured across traits at the same time
 */
export function termStructure(
  blocks: readonly RandomBlock[],
  size: number,
  source: string,
): [name: string, size: number, rank?: number] {
  const [first, ...others] = blocks.map(({ syntax }) => syntax);
  const { uncorrelated, structure, text, span } = first!;
  const rank = rankOf(first!, source);
  for (const other of others) {
    if (other.structure === structure && rankOf(other, source) === rank) continue;
    throw new HendersonError(
      "design/tied",
      `${text} and ${other.text} are tied, but their structures are not the same`,
      { hint: "write the same structure for both", source, span: other.span },
    );
  }
  if (uncorrelated) return ["us", size];
  const severalTraits = new Set(blocks.map(({ trait }) => trait)).size > 1;
  if (severalTraits && structure !== "us" && blocks.some(({ names }) => names.length > 1)) {
    throw new HendersonError(
      "design/structure-traits",
      `${text} has the structure ${structure} over its coefficients, but covariances across traits are unstructured`,
      {
        hint: "leave the structure away, use || for uncorrelated coefficients, or write a formula for each trait",
        source,
        span,
      },
    );
  }
  if (rank === null) return [structure, size];
  if (rank <= size) return [structure, size, rank];
  throw new HendersonError(
    "design/structure",
    `${text} has ${rank} factors for ${size} coefficient${size === 1 ? "" : "s"}`,
    { hint: "there can be at most as many factors as coefficients", source, span },
  );
}

/** The note that a factor-analytic term is not unique; null where it is (or is not factor-analytic). */
export function manyFactorsNote({ component, covariance }: RandomTerm): Note | null {
  const { name, size, parameters } = covariance;
  const free = (size * (size + 1)) / 2;
  if (name !== "fa" || parameters.length <= free) return null;
  return {
    code: "design/many-factors",
    severity: "info",
    message: `${component} has ${parameters.length} loadings and specific variances for the ${free} variances and covariances of ${size} coefficients: their sum is estimated, the parts are not unique.`,
    subject: component,
  };
}

/** The rank 2 in fa(env, 2 | g); null for structures without one. */
function rankOf(
  { structure, structureArguments, text, span }: RandomTermSyntax,
  source: string,
): number | null {
  const ranked = structure === "fa" || structure === "rr";
  const [rank, ...more] = structureArguments;
  if (!ranked) {
    if (rank === undefined) return null;
    throw new HendersonError("design/structure", `${structure}() takes no further arguments`, {
      hint: `write ${structure}(0 + x | g)`,
      source,
      span: rank.span,
    });
  }
  if (rank === undefined || more.length > 0) {
    throw new HendersonError("design/structure", `${text} needs one number, the number of its factors`, {
      hint: `write ${structure}(0 + env, 2 | g)`,
      source,
      span,
    });
  }
  if (rank.kind === "number" && Number.isInteger(rank.value) && rank.value >= 1) return rank.value;
  throw new HendersonError("design/structure", "the number of factors must be a whole number of at least 1", {
    hint: `write ${structure}(0 + env, 2 | g)`,
    source,
    span: rank.span,
  });
}
