import type { ContrastName } from "./contrasts.ts";
import type { Relationships } from "./relationshipLevels.ts";

/** How formula and table become a design. */
export interface DesignOptions {
  /**
   * Column or expression with precision weights: Var(e_i) = sigma2 / w_i. Rows of weight zero are left out
   * with a note; a negative weight is an error.
   */
  readonly weights?: string;
  /** contrast of a factor by name of the column or text of the variable; treatment where not named */
  readonly contrasts?: Readonly<Record<string, ContrastName | (string & {})>>;
  /** reference (first) level of a factor */
  readonly reference?: Readonly<Record<string, string>>;
  /** numeric columns to treat as factors */
  readonly factors?: readonly string[];
  /** condition on the rows: those where it is FALSE or missing are not used */
  readonly subset?: string;
  /** rows with missing values: leave them out and count them (default), or refuse them */
  readonly missing?: "omit" | "fail";
  /** known relationships by the name they have in `gr(animal, cov = A)` */
  readonly relationships?: Relationships;
  /**
   * Components (or `residual`) whose variances are held at known values: then effects of single rows and as many
   * coefficients as rows are no obstacle.
   */
  readonly held?: readonly string[];
}
