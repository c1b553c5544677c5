/**
 * henderson/genetics: relationships between levels, and the full mixed model equations. Pass the engine to `fit`:
 * `fit(formula, table, { relationships: { A }, engines: [equationsEngine] })`.
 */

// Genetics: pedigrees and matrices become relationships between levels.

export { dominanceRelationship } from "./genetics/dominance.ts";
export { inbreedingCoefficients } from "./genetics/inbreeding.ts";
export {
  type PedigreeRelationship,
  type PedigreeRelationshipOptions,
  pedigreeRelationship,
} from "./genetics/inverseRelationship.ts";
export {
  inverseMatrixRelationship,
  type MatrixOptions,
  matrixRelationship,
  type RelationshipWithNotes,
} from "./genetics/matrixRelationship.ts";
export { buildPedigree, type Pedigree, type PedigreeOptions } from "./genetics/pedigree.ts";
export { type PedigreeSummary, pedigreeSummary } from "./genetics/pedigreeSummary.ts";
export { type RelationshipSpec, readRelationship, relationshipFiles } from "./genetics/readRelationship.ts";
export { type RelationshipMatrix, relationshipEntries } from "./genetics/relationshipEntries.ts";
export { type MadeRelationship, relationshipFrom } from "./genetics/relationshipFrom.ts";
export {
  averageRelationships,
  multiplyRelationship,
  type RelatedAnimals,
  relationshipBlock,
  relationshipColumn,
} from "./genetics/relationshipProduct.ts";
export { readRelationshipTable } from "./genetics/relationshipTable.ts";
export {
  type SimulatedPopulation,
  type SimulationOptions,
  simulatePedigree,
} from "./genetics/simulatePedigree.ts";
export { buildSirePedigree, type SirePedigree, sireMgsRelationship } from "./genetics/sireMgs.ts";
export type { Relationship } from "./model/relationship.ts";

// The engine of the full mixed model equations: relationships, several traits, held variances.

export type { Engine } from "./engines/engine.ts";
export { equationsEngine } from "./engines/equations/equations.ts";

// The equations of small models, to look at.

export { type CholeskyTrick, choleskyTrick, type GlsRoute, glsRoute } from "./predict/equations/glsRoute.ts";
export { type MixedModelEquations, mixedModelEquations } from "./predict/equations/mixedModelEquations.ts";
export { type ShrinkageTable, shrinkageTable } from "./predict/equations/shrinkageTable.ts";

// Components with their standard errors, and sums of random curves.

export { componentTable } from "./inference/componentTable.ts";
export { type CurveSum, type CurveSumOptions, curveSums } from "./predict/curveSums.ts";
