import { Command } from "commander";
import type { Note } from "../../base/notes.ts";
import { equationsEngine } from "../../engines/equations/equations.ts";
import type { FitResult } from "../../fit/result.ts";
import { jsonText } from "../../report/commandJson.ts";
import { powerJson } from "../../report/simulationJson.ts";
import { type PowerPoint, powerText } from "../../report/simulationText.ts";
import { type AssumedModel, assumedModel, parametersOf } from "../../simulation/assumedModel.ts";
import { extendAlong, extendWithin } from "../../simulation/extendPlan.ts";
import type { PowerDdf } from "../../simulation/job.ts";
import { power } from "../../simulation/power.ts";
import type { PowerTest } from "../../simulation/powerTest.ts";
import type { CommandContext } from "../commandContext.ts";
import { usageError } from "../failure.ts";
import { addModelArgument, addModelOptions, type RawModelOptions } from "../modelOptions.ts";
import type { OpenedFit } from "../openFit.ts";
import { openModels } from "../openModels.ts";
import { collect, oneOf, probability } from "../optionValues.ts";
import { openPlan } from "../planOption.ts";
import { printNotes } from "../printNotes.ts";
import { addReplicateOptions, type RawReplicateOptions, withReplicates } from "../replicateOptions.ts";

interface RawPowerOptions extends RawModelOptions, RawReplicateOptions {
  readonly data?: string;
  readonly beta?: string;
  readonly test?: string;
  readonly against?: string;
  readonly alpha: number;
  readonly ddf: PowerDdf;
  readonly effect?: readonly string[];
  readonly along?: string;
  readonly within?: string;
  readonly json?: boolean;
}

/** One design and effect of a curve. */
interface Setting {
  readonly label: Readonly<Record<string, number>>;
  readonly model: FitResult | AssumedModel;
  readonly effects: Readonly<Record<string, number>>;
}

/** `henderson power FIT --test TERM` */
export function powerCommand(context: CommandContext): Command {
  const command = addModelArgument(
    new Command("power").description(
      "Power of a test by simulation: of a fit, of other effects and sample sizes, or (with --beta) of assumed parameters.",
    ),
    "the data or the plan",
  )
    .option("--test <name>", "coefficient (t test) or fixed term (F test of type III)")
    .option("--against <model>", "a smaller model instead: likelihood-ratio test by ML")
    .option("--alpha <p>", "significance level", probability, 0.05)
    .option(
      "--ddf <method>",
      "denominator degrees of freedom",
      oneOf(["satterthwaite", "kenward-roger", "residual", "none"] as const),
      "satterthwaite" as const,
    )
    .option("--effect <name=v1,v2,...>", "values of a fixed effect to be found (may be repeated)", collect)
    .option("--along <column=n1,n2,...>", "numbers of levels that a grouping column has")
    .option("--within <columns=n1,n2,...>", "numbers of rows in each combination of columns, a+b=5,10")
    .option(
      "--beta <file|name=value,...>",
      "fixed effects to assume; with --components, and the formula is not fitted",
    )
    .option("--json", "print JSON (schema henderson/power@1)");
  addReplicateOptions(command, 1000);
  return addModelOptions(command).action((spec: string, raw: RawPowerOptions) =>
    runPower(spec, raw, context),
  );
}

async function runPower(spec: string, raw: RawPowerOptions, context: CommandContext): Promise<void> {
  const { n, seed, workers, json, alpha, ddf } = raw;
  const { settings, against, notes, converged } = await settingsOf(spec, raw, context);
  const replicates = { n, seed, ...(workers === undefined ? {} : { workers }) };
  const points: PowerPoint[] = [];
  const more: Note[] = [];
  let complete = true;
  for (const { label, model, effects } of settings) {
    const test = against === null ? testOf(model, raw.test) : { against };
    const result = await withReplicates(replicates, context.terminal, (options) =>
      power(model, { ...options, test, alpha, ddf, effects }),
    );
    points.push({ label, result });
    more.push(...result.notes);
    if (result.done < result.requested) {
      complete = false;
      break;
    }
  }
  const what = raw.against === undefined ? raw.test! : `against ${raw.against}`;
  if (json === true) context.terminal.out(jsonText(powerJson(points, what, notes)));
  else {
    printNotes([...notes, ...more], context);
    context.terminal.out(`${powerText(points, what).join("\n")}\n`);
  }
  context.exit(complete && converged ? 0 : 3);
}

/** Everything that the options ask for: effects for each sample size. */
async function settingsOf(
  spec: string,
  raw: RawPowerOptions,
  context: CommandContext,
): Promise<{ settings: Setting[]; against: FitResult | null; notes: readonly Note[]; converged: boolean }> {
  if ((raw.test === undefined) === (raw.against === undefined)) {
    throw usageError(
      "say what is tested",
      "--test with a coefficient or a term, or --against a smaller model",
    );
  }
  const { n, seed, workers, alpha, ddf, beta, test, effect, along, within, json, ...rest } = raw;
  const sizes = sizesOf(along, within);
  if (raw.against !== undefined && (sizes.length > 0 || beta !== undefined)) {
    throw usageError("--against is for the data as they are", "use --test for other sample sizes");
  }
  if (beta !== undefined) {
    const { formula, table, parameters, options, notes } = await openPlan(spec, beta, rest, context.terminal);
    const make = (plan: typeof table): AssumedModel =>
      assumedModel(formula, plan, parameters, { ...options, engines: [equationsEngine] });
    const models =
      sizes.length === 0
        ? [{ label: {}, model: make(table) }]
        : sizes.map(({ label, extend }) => ({ label, model: make(extend(table)) }));
    return { settings: crossed(models, effect), against: null, notes, converged: true };
  }
  const specs = raw.against === undefined ? [spec] : [spec, raw.against];
  const [larger, smaller] = await openModels(specs, rest, true, context.terminal);
  const { fit, formula, options, table, notes } = larger as OpenedFit;
  const { components, startComponents, start, held, ...design } = options;
  const models =
    sizes.length === 0
      ? [{ label: {}, model: fit }]
      : sizes.map(({ label, extend }) => ({
          label,
          model: assumedModel(formula, extend(table!), parametersOf(fit), {
            ...design,
            engines: [equationsEngine],
          }),
        }));
  const converged = [larger!, ...(smaller ? [smaller] : [])].every(
    ({ fit: one }) => one.convergence.converged,
  );
  return { settings: crossed(models, effect), against: smaller?.fit ?? null, notes, converged };
}

/** A name in --test is a coefficient if there is one of that name, else a term. */
function testOf({ model }: FitResult | AssumedModel, name: string | undefined): PowerTest {
  return model.fixed.names.includes(name!) ? { coefficient: name! } : { term: name! };
}

interface Size {
  readonly label: Readonly<Record<string, number>>;
  readonly extend: (table: Parameters<typeof extendAlong>[0]) => Parameters<typeof extendAlong>[0];
}

function sizesOf(along: string | undefined, within: string | undefined): Size[] {
  const outer = along === undefined ? null : namedNumbers("--along", along);
  const inner = within === undefined ? null : namedNumbers("--within", within);
  const groups = outer === null ? [null] : outer.values;
  const rows = inner === null ? [null] : inner.values;
  if (outer === null && inner === null) return [];
  return groups.flatMap((g) =>
    rows.map(
      (r): Size => ({
        label: {
          ...(g === null ? {} : { [outer!.name]: g }),
          ...(r === null ? {} : { [`rows in ${inner!.name}`]: r }),
        },
        extend(table) {
          const longer = g === null ? table : extendAlong(table, outer!.name, g);
          return r === null ? longer : extendWithin(longer, inner!.name.split("+"), r);
        },
      }),
    ),
  );
}

function crossed(
  models: readonly Omit<Setting, "effects">[],
  effect: readonly string[] | undefined,
): Setting[] {
  const lists = (effect ?? []).map((text) => namedNumbers("--effect", text));
  const combinations = lists.reduce<Record<string, number>[]>(
    (all, { name, values }) => all.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
    [{}],
  );
  return models.flatMap(({ label, model }) =>
    combinations.map((effects) => ({ label: { ...label, ...effects }, model, effects })),
  );
}

/** `NAME=1,2,3`; the last equals sign counts, because names may hold one. */
function namedNumbers(
  option: string,
  text: string,
): { readonly name: string; readonly values: readonly number[] } {
  const at = text.lastIndexOf("=");
  const words = text.slice(at + 1).split(",");
  const values = words.map(Number);
  const wrong = values.findIndex((value, i) => words[i]!.trim() === "" || !Number.isFinite(value));
  if (at < 1 || wrong >= 0) {
    throw usageError(
      at < 1 ? `${option}: '${text}' is not NAME=VALUES` : `${option}: '${words[wrong]}' is no number`,
      `write ${option} ${option === "--effect" ? "Days=5,8,10" : "Subject=10,20,40"}`,
    );
  }
  return { name: text.slice(0, at).trim(), values };
}
