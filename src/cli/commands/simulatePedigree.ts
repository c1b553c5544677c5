import { Command } from "commander";
import { type SimulationOptions, simulatePedigree } from "../../genetics/simulatePedigree.ts";
import { jsonText } from "../../report/commandJson.ts";
import { writeCsv } from "../../table/writeCsv.ts";
import type { CommandContext } from "../commandContext.ts";
import { usageError } from "../failure.ts";
import { writeAtomically } from "../files.ts";
import { realNumber, wholeNumber } from "../optionValues.ts";

interface RawSimulation extends Omit<SimulationOptions, "geneticCovariance" | "residualCovariance"> {
  readonly json?: boolean;
}

const MOST = 10_000_000;

/** `henderson simulate-pedigree PREFIX` */
export function simulatePedigreeCommand(context: CommandContext): Command {
  const count = wholeNumber(1, MOST);
  const part = realNumber(0, 1);
  const correlation = realNumber(-1, 1);
  const variance = realNumber(0, Number.MAX_VALUE);
  return new Command("simulate-pedigree")
    .description(
      "Simulate a population under random mating of chosen parents, with records: PREFIX-pedigree.csv (animal, sire, dam), PREFIX.csv (animal, herd, generation and y) and PREFIX-values.csv (true breeding values and inbreeding).",
    )
    .argument("<prefix>", "where the files go: data/pigs writes data/pigs.csv and two others beside it")
    .requiredOption(
      "--seed <n>",
      "the same seed and options give the same population",
      wholeNumber(0, 2 ** 31),
    )
    .option("--generations <n>", "generations, the base included", count, 5)
    .option("--animals <n>", "animals of each generation", count, 200)
    .option("--sires <n>", "animals of a generation that become sires of the next", count, 10)
    .option("--dams <n>", "... and dams", count, 60)
    .option("--overlap <p>", "probability that a parent is of the generation before the last", part)
    .option("--traits <n>", "number of traits: y1, y2, ...", wholeNumber(1, 100))
    .option("--h2 <p>", "heritability; genetic and residual variance add up to 1", part, 0.3)
    .option("--genetic-correlation <r>", "between all traits (0.5)", correlation)
    .option("--residual-correlation <r>", "between all traits (0.2)", correlation)
    .option("--herds <n>", "number of herds (one for 50 animals)", count)
    .option("--herd-variance <v>", "variance between herds (0.2)", variance)
    .option("--records <n>", "records of each animal", wholeNumber(1, 1000))
    .option(
      "--permanent-variance <v>",
      "variance of the permanent environment, for repeated records",
      variance,
    )
    .option("--missing <p>", "probability that a trait of a record is missing", part)
    .option("--mean <m>", "mean of every trait (10)", realNumber(-Number.MAX_VALUE, Number.MAX_VALUE))
    .option("--json", "print what was written as JSON (schema henderson/simulate-pedigree@1)")
    .action((prefix: string, raw: RawSimulation) => runSimulation(prefix, raw, context));
}

function runSimulation(
  prefix: string,
  { json, ...options }: RawSimulation,
  { terminal }: CommandContext,
): void {
  if (options.animals * options.generations > MOST) {
    throw usageError(
      `${options.generations} generations of ${options.animals} animals are more than ${MOST}`,
      "use fewer animals",
    );
  }
  const { table, records, breedingValues, inbreeding, pedigree } = simulatePedigree(options);
  const values = new Map(
    breedingValues.map((trait, t) => {
      const name = breedingValues.length === 1 ? "bv" : `bv${t + 1}`;
      return [name, { kind: "numeric" as const, name, values: trait }];
    }),
  );
  const files = [
    { path: `${prefix}-pedigree.csv`, rows: table.rowCount, text: writeCsv(table) },
    { path: `${prefix}.csv`, rows: records.rowCount, text: writeCsv(records) },
    {
      path: `${prefix}-values.csv`,
      rows: table.rowCount,
      text: writeCsv({
        rowCount: table.rowCount,
        columns: new Map([
          ["animal", table.columns.get("animal")!],
          ...values,
          ["F", { kind: "numeric", name: "F", values: inbreeding }],
        ]),
      }),
    },
  ];
  for (const { path, text } of files) writeAtomically(path, text);
  if (json === true) {
    terminal.out(
      jsonText({
        schema: "henderson/simulate-pedigree@1",
        options: { ...options },
        animals: pedigree.animals.length,
        files: files.map(({ path, rows }) => ({ path, rows })),
      }),
    );
    return;
  }
  for (const { path, rows } of files) terminal.out(`${path}: ${rows} rows\n`);
}
