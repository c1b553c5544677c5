import { Command, Option } from "commander";
import { buildPedigree } from "../../genetics/pedigree.ts";
import { type PedigreeSummary, pedigreeSummary } from "../../genetics/pedigreeSummary.ts";
import { readRelationshipTable } from "../../genetics/relationshipTable.ts";
import { jsonText } from "../../report/commandJson.ts";
import { noteJson } from "../../report/fitJson.ts";
import { formatNumber, formatNumbers } from "../../report/numberFormat.ts";
import { textTable } from "../../report/textTable.ts";
import type { CommandContext } from "../commandContext.ts";
import { printNotes } from "../printNotes.ts";
import { readInput } from "../readInput.ts";

interface RawPedigreeOptions {
  readonly groups?: readonly string[];
  readonly sexes?: "any" | "separate";
  readonly birth?: string;
  readonly json?: boolean;
}

/** Animals listed by the text. */
const MOST_INBRED = 10;

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
    .option("--json", "print as JSON (schema henderson/pedigree@1)")
    .action((file: string, raw: RawPedigreeOptions) => runPedigree(file, raw, context));
}

async function runPedigree(file: string, raw: RawPedigreeOptions, context: CommandContext): Promise<void> {
  const bytes = await readInput(file, context.terminal);
  const read = await readRelationshipTable(bytes, "pedigree", file === "-" ? {} : { name: file });
  const pedigree = buildPedigree(read.table, {
    ...(raw.groups === undefined ? {} : { groups: raw.groups }),
    ...(raw.birth === undefined ? {} : { birth: raw.birth }),
    separateSexes: raw.sexes === "separate",
  });
  const summary = pedigreeSummary(pedigree);
  const notes = [...read.notes, ...summary.notes];
  if (raw.json === true) {
    context.terminal.out(jsonText({ ...summary, notes: notes.map(noteJson) }));
  } else {
    printNotes(notes, context);
    context.terminal.out(`${pedigreeText(summary).join("\n")}\n`);
  }
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
