import { HendersonError } from "../base/errors.ts";
import type { Note } from "../base/notes.ts";
import { requireRows } from "../fit/requireRows.ts";
import type { FitMethod, FitResult } from "../fit/result.ts";
import { chooseKernels } from "../linalg/chooseKernels.ts";
import { type AssumedModel, coefficientsOf } from "./assumedModel.ts";
import { countStatus } from "./bootstrap.ts";
import { exactInterval } from "./exactInterval.ts";
import { type PowerDdf, type RatioJob, STATUS } from "./job.ts";
import { nestedFits } from "./nestedFits.ts";
import { type PowerTest, testRows } from "./powerTest.ts";
import { type RefitPlan, refitPlan } from "./refitter.ts";
import { replicateNotes } from "./replicateNotes.ts";
import { notesOfRun, type ReplicateOptions, type ReplicateRun, runJob } from "./runJob.ts";
import { type SimulationSource, sourceOf } from "./source.ts";

export interface PowerOptions extends ReplicateOptions {
  /** what is tested in each replicate; `against` a smaller fit of the same rows by likelihood ratio (ML, chi-squared) */
  readonly test: PowerTest | { readonly against: FitResult };
  /** significance level; default 0.05 */
  readonly alpha?: number;
  /** denominator degrees of freedom of t and F tests; default satterthwaite */
  readonly ddf?: PowerDdf;
  /** fixed effects by name that differ from those of the model: the effect to be found */
  readonly effects?: Readonly<Record<string, number>>;
  /** how replicates of an assumed model are fitted; default REML. Fits are fitted by their own method. */
  readonly method?: "REML" | "ML";
}

/** Power of one test in one design. */
export interface Power extends ReplicateRun {
  /** rows of the design */
  readonly rows: number;
  /** levels of every random term, by component */
  readonly levels: Readonly<Record<string, number>>;
  readonly alpha: number;
  /** replicates in which the test was significant */
  readonly significant: number;
  /** significant / replicates that could be tested */
  readonly power: number;
  /** exact 95 % interval of the power (Clopper & Pearson 1934) */
  readonly interval: readonly [lower: number, upper: number];
  /** p of every replicate that could be tested, in order */
  readonly pValues: Float64Array;
}

/**
 * Power by simulation: responses are drawn from a fit or an assumed model, the model is fitted to each, and the test is made. For
 * other sample sizes make assumed models of longer plans (`extendPlan`).
 *
 * @throws HendersonError simulation/test, simulation/alpha, simulation/count, simulation/seed, simulation/coefficients
 */
export async function power(model: FitResult | AssumedModel, options: PowerOptions): Promise<Power> {
  const { test, alpha = 0.05, ddf = "satterthwaite", effects = {}, n, seed } = options;
  if (!(alpha > 0 && alpha < 1)) {
    throw new HendersonError("simulation/alpha", `${alpha} is no significance level`, {
      hint: "give a number between 0 and 1, such as 0.05",
    });
  }
  if ("nobs" in model) requireRows(model, "power");
  const changed = changedEffects(model, effects);
  const kernels = "nobs" in model ? model.kernels : chooseKernels().name;
  const common = { seed, kernels, keep: [], draws: "rows" as const };
  const notes: Note[] = [];
  const results =
    "against" in test
      ? await ofRatio(model, test.against, changed, common, options, notes)
      : await runJob(
          {
            ...common,
            kind: "power",
            source: changed,
            plan: planOf(model, options.method),
            rows: testRows(model.model, model.design, test),
            ddf,
          },
          options,
        );
  const { values, width, done, workers } = results;
  const counts = countStatus(results);
  const pValues = new Float64Array(done - counts.failed);
  for (let r = 0, at = 0; r < done; r++) {
    if (!(values[r * width]! & STATUS.failed)) pValues[at++] = values[r * width + width - 1]!;
  }
  const significant = pValues.reduce((count, p) => count + Number(p < alpha), 0);
  const tested = pValues.length;
  return {
    rows: model.model.fixed.matrix.rows,
    levels: Object.fromEntries(model.model.random.map(({ component, levels }) => [component, levels.length])),
    alpha,
    significant,
    power: tested === 0 ? Number.NaN : significant / tested,
    interval: tested === 0 ? [0, 1] : exactInterval(significant, tested, 0.95),
    pValues,
    requested: n,
    done,
    seed,
    workers,
    ...counts,
    notes: [...notes, ...notesOfRun(results, n), ...replicateNotes(counts, done)],
  };
}

function ofRatio(
  model: FitResult | AssumedModel,
  against: FitResult,
  source: SimulationSource,
  common: Pick<RatioJob, "seed" | "kernels" | "keep" | "draws">,
  options: PowerOptions,
  notes: Note[],
): ReturnType<typeof runJob> {
  if (!("nobs" in model)) {
    throw new HendersonError(
      "simulation/test",
      "a likelihood-ratio test against a smaller fit needs a fit, and this model is assumed",
      { hint: "test a coefficient or a term" },
    );
  }
  const nested = nestedFits(model, against);
  notes.push(...nested.notes);
  return runJob(
    {
      ...common,
      kind: "ratio",
      source,
      larger: refitPlan(nested.larger, nested.criterion),
      smaller: refitPlan(nested.smaller, nested.criterion),
      df: nested.fixed + nested.random,
    },
    options,
  );
}

/** The plan of a fit, or of an assumed model by the method asked for. */
function planOf(model: FitResult | AssumedModel, method: FitMethod = "REML"): RefitPlan {
  if ("nobs" in model) return refitPlan(model);
  const plain = model.model.random.length === 0 && model.model.traits === undefined;
  return {
    model: model.model,
    method: plain && method === "REML" ? "OLS" : method,
    theta: null,
    held: [],
    equations: false,
  };
}

function changedEffects(
  model: FitResult | AssumedModel,
  effects: Readonly<Record<string, number>>,
): SimulationSource {
  const source = sourceOf(model);
  const { names } = model.model.fixed;
  const beta = Object.fromEntries(names.map((name, j) => [name, model.beta[j]!]));
  return { ...source, beta: coefficientsOf(model.model, { ...beta, ...effects }) };
}
