/** Fixed effects as another program estimated them. */
export interface DifferentialFixed {
  readonly terms: readonly string[];
  readonly estimates: readonly number[];
  readonly vcov: readonly (readonly number[])[];
}

/** One random term of another program; terms are matched by group and coefficients. */
export interface DifferentialComponent {
  readonly group: string;
  readonly terms: readonly string[];
  readonly levels: number;
  readonly theta: readonly number[];
  readonly covariance: readonly (readonly number[])[];
  /** the first levels */
  readonly ranef: {
    readonly levels: readonly string[];
    readonly estimates: readonly (readonly number[])[];
    readonly conditionalSd: readonly (readonly number[])[];
  };
}

export interface DifferentialTest {
  readonly term: string;
  readonly numDF: number;
  readonly denDF: number;
  readonly F: number | null;
}

export interface DifferentialDrop {
  readonly term: string;
  readonly df: number;
  readonly statistic: number | null;
  /** of the models by ML, without the term and with it; mixed models only */
  readonly AIC?: number;
  readonly wholeAIC?: number;
}

/** A random model of random data with the numbers of lme4 (lmerTest for tests) or lm. */
export interface DifferentialCase {
  readonly name: string;
  readonly formula: string;
  readonly options: {
    readonly method?: "REML" | "ML";
    readonly weights?: string;
    readonly contrasts?: Readonly<Record<string, string>>;
    readonly subset?: string;
  };
  readonly data: Readonly<Record<string, readonly (number | string | boolean | null)[]>>;
  readonly newData: Readonly<Record<string, readonly (number | string | boolean | null)[]>>;
  readonly linear: boolean;
  readonly nobs: number;
  readonly singular?: boolean;
  /** -2 log-likelihood of the method at the reference theta; absent for linear models */
  readonly objective?: number;
  readonly sigma: number;
  readonly logLik: number;
  readonly df: number;
  readonly AIC: number;
  readonly BIC: number;
  readonly fixed: DifferentialFixed;
  readonly aliased: readonly string[];
  readonly components: readonly DifferentialComponent[];
  readonly fitted: readonly number[];
  readonly residuals: readonly number[];
  /** Satterthwaite's degrees of freedom, a coefficient each */
  readonly satterthwaite?: readonly (number | null)[];
  readonly anova?: Readonly<Partial<Record<"I" | "II" | "III", readonly DifferentialTest[]>>>;
  /** F of linear models, likelihood-ratio chi-squared of mixed ones */
  readonly drop?: readonly DifferentialDrop[];
  /** null where a predictor is missing */
  readonly predictMean?: readonly (number | null)[];
  readonly predictGroup?: readonly (number | null)[];
  readonly source: {
    readonly packages: Readonly<Record<string, string>>;
    readonly R: string;
    /** SHA-256 by name */
    readonly script: Readonly<Record<string, string>>;
  };
}
