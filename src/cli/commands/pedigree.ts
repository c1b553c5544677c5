import { Command, Option } from "commander";
import { buildPedigree } from "../../genetics/pedigree.ts";
import { type PedigreeSummary, pedigreeSummary } from "../../genetics/pedigreeSummary.ts";
import { type RelationshipMatrix, relationshipEntries } from "../../genetics/relationshipEntries.ts";
import { readRelationshipTable } from "../../genetics/relationshipTable.ts";
import type { Json } from "../../report/exactJson.ts";
import { noteJson } from "../../report/fitJson.ts";
import { jsonPieces } from "../../report/jsonPieces.ts";
import { formatNumber, formatNumbers } from "../../report/numberFormat.ts";
import { textTable } from "../../report/textTable.ts";
import type { Table, TextColumn } from "../../table/table.ts";
import { csvPieces } from "../../table/writeCsv.ts";
import type { CommandContext } from "../commandContext.ts";
import { usageError } from "../failure.ts";
import { printNotes } from "../printNotes.ts";
import { readTableFile } from "../readTableFile.ts";

interface RawPedigreeOptions {
  readonly groups?: readonly string[];
  readonly sexes?: "any" | "separate";
  readonly birth?: string;
  readonly matrix?: RelationshipMatrix;
  readonly format: "text" | "csv";
  readonly json?: boolean;
}

/** Animals listed by the text. */
const MOST_INBRED = 10;
/** Levels of a matrix that is printed as one. */
const MOST_PRINTED = 30;

/** `henderson pedigree PED` */
export function pedigreeCommand(context: CommandContext): Command {
  return new Command("pedigree")
    .description("Check a pedigree and tell its size, inbreeding and relationship matrix.")
    .argument("<pedigree>", "table whose three first columns are animal, sire and dam; - for standard input")
    .option(
      "--groups <ids>",
      "ids in the columns of parents that are unknown-parent groups, as in G1+G2",
      (text: string): readonly string[] => text.split("+").map((id) => id.trim()),
    )
    .addOption(
      new Option("--sexes <rule>", "any, or separate: refuse animals that are both sire and dam").choices([
        "any",
        "separate",
      ]),
    )
    .option("--birth <column>", "column with dates or years of birth: refuse parents that are not older")
    .addOption(
      new Option("--matrix <which>", "also A (relationships), or its inverse (with groups: A*)").choices([
        "relationships",
        "inverse",
      ]),
    )
    .addOption(
      new Option(
        "--format <kind>",
        "text, or csv: the matrix alone, as row, column, value of the lower triangle",
      )
        .choices(["text", "csv"])
        .default("text"),
    )
    .option("--json", "print as JSON (schema henderson/pedigree@1)")
    .action((file: string, raw: RawPedigreeOptions) => runPedigree(file, raw, context));
}

async function runPedigree(file: string, raw: RawPedigreeOptions, context: CommandContext): Promise<void> {
  const { read } = await readTableFile(
    file,
    (content, named) => readRelationshipTable(content, "pedigree", named),
    context.terminal,
  );
  // ids of groups among numbers are no slip of the pen
  const readNotes = read.notes.filter(
    ({ code }) => raw.groups === undefined || code !== "table/almost-numeric",
  );
  const pedigree = buildPedigree(read.table, {
    ...(raw.groups === undefined ? {} : { groups: raw.groups }),
    ...(raw.birth === undefined ? {} : { birth: raw.birth }),
    separateSexes: raw.sexes === "separate",
  });
  if (raw.format === "csv" && (raw.matrix === undefined || raw.json === true)) {
    throw usageError("--format csv is for a matrix", "add --matrix inverse, and leave --json out");
  }
  const entries = raw.matrix === undefined ? null : relationshipEntries(pedigree, raw.matrix);
  const { terminal } = context;
  if (raw.format === "csv") {
    printNotes([...readNotes, ...pedigree.notes], context);
    for (const piece of csvPieces(entries!, { guardFormulas: false })) terminal.out(piece);
    return;
  }
  const summary = pedigreeSummary(pedigree);
  const notes = [...readNotes, ...summary.notes];
  if (raw.json === true) {
    const matrix = entries === null ? {} : { matrix: matrixJson(raw.matrix!, entries) };
    const json = { ...summary, ...matrix, notes: notes.map(noteJson) } as unknown as Json;
    for (const piece of jsonPieces(json)) terminal.out(piece);
    return;
  }
  const matrix = entries === null ? [] : ["", ...matrixText(raw.matrix!, entries)];
  printNotes(notes, context);
  terminal.out(`${[...pedigreeText(summary), ...matrix].join("\n")}\n`);
}

/** 0-based positions and values of the lower triangle. */
function matrixJson(kind: RelationshipMatrix, { columns }: Table): Json {
  const row = columns.get("row") as TextColumn;
  const column = columns.get("column") as TextColumn;
  const value = columns.get("value") as { readonly values: Float64Array };
  return {
    kind,
    levels: row.levels,
    rows: Array.from(row.codes),
    columns: Array.from(column.codes),
    values: Array.from(value.values),
  };
}

function matrixText(kind: RelationshipMatrix, { columns }: Table): string[] {
  const row = columns.get("row") as TextColumn;
  const { codes } = columns.get("column") as TextColumn;
  const { values } = columns.get("value") as { readonly values: Float64Array };
  const { levels } = row;
  const n = levels.length;
  if (n > MOST_PRINTED) {
    throw usageError(
      `a matrix of ${n} levels is too large to be printed`,
      "add --format csv for its entries, or --json",
    );
  }
  const full = new Float64Array(n * n);
  values.forEach((value, e) => {
    full[row.codes[e]! + codes[e]! * n] = value;
    full[codes[e]! + row.codes[e]! * n] = value;
  });
  return [
    kind === "inverse" ? "Inverse of the relationships:" : "Relationships:",
    ...textTable([
      { heading: "", cells: levels, align: "left" },
      ...levels.map((heading, j) => ({
        heading,
        cells: formatNumbers([...full.slice(j * n, (j + 1) * n)], 6),
        align: "right" as const,
      })),
    ]),
  ];
}

function pedigreeText(summary: PedigreeSummary): string[] {
  const { groups, inbreeding } = summary;
  const facts: [string, string][] = [
    ["Animals", String(summary.animals)],
    ["Founders", String(summary.founders)],
    ["Generations", String(summary.generations)],
    ["Sires", String(summary.sires)],
    ["Dams", String(summary.dams)],
    ...(groups.length === 0
      ? []
      : [["Groups", `${groups.length} (${groups.join(", ")})`] as [string, string]]),
    ["Mean F", formatNumber(summary.meanF, 5)],
    ["Largest F", formatNumber(summary.maxF, 5)],
    ["log|A|", formatNumber(summary.logDetA, 8)],
    ["Entries of the inverse", `${summary.nonzeros} (lower triangle)`],
  ];
  const width = facts.reduce((most, [label]) => Math.max(most, label.length), 0);
  const lines = facts.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
  const inbred = inbreeding.filter(({ F }) => F > 0);
  if (inbred.length === 0) return [...lines, "", "No animal is inbred."];
  const first = inbred.sort((a, b) => b.F - a.F).slice(0, MOST_INBRED);
  return [
    ...lines,
    "",
    `Inbred animals: ${inbred.length}${inbred.length > first.length ? `; the ${first.length} most inbred` : ""}`,
    ...textTable([
      { heading: "Animal", cells: first.map(({ level }) => level), align: "left" },
      {
        heading: "F",
        cells: formatNumbers(
          first.map(({ F }) => F),
          5,
        ),
        align: "right",
      },
    ]),
  ];
}
