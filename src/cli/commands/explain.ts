import { Command } from "commander";
import type { Catalogue, CatalogueEntry } from "../../base/catalogue.ts";
import { HendersonError } from "../../base/errors.ts";
import { nearest } from "../../base/nearest.ts";
import { codes } from "../../report/codes.ts";
import { jsonText } from "../../report/commandJson.ts";
import { wrap } from "../../report/notesText.ts";
import { textTable } from "../../report/textTable.ts";
import { cliCatalogue } from "../catalogue.ts";
import type { CommandContext } from "../commandContext.ts";

/** `henderson explain CODE` */
export function explainCommand({ terminal }: CommandContext): Command {
  return new Command("explain")
    .description(
      "What an error or note means and what to do about it; without a code, the list of all codes.",
    )
    .argument("[code]", "as in 'fit/boundary'")
    .option("--json", "print as JSON (schema henderson/explain@1)")
    .action((code: string | undefined, { json }: { json?: boolean }) => {
      const all: Catalogue = { ...codes, ...cliCatalogue };
      const chosen = code === undefined ? all : { [code]: lookUp(code, all) };
      if (json === true) {
        const entries = Object.entries(chosen).map(([name, entry]) => ({ code: name, ...entry }));
        terminal.out(jsonText({ schema: "henderson/explain@1", codes: entries }));
      } else {
        terminal.out(
          `${(code === undefined ? listing(all) : explanation(code, lookUp(code, all))).join("\n")}\n`,
        );
      }
    });
}

function lookUp(code: string, all: Catalogue): CatalogueEntry {
  if (Object.hasOwn(all, code)) return all[code]!;
  const names = Object.keys(all);
  const sameReason = names.filter((name) => name.split("/")[1] === code);
  const close = sameReason.length === 1 ? sameReason[0]! : nearest(code, names);
  throw new HendersonError("cli/unknown-code", `there is no code '${code}'`, {
    hint: close === null ? "henderson explain lists all codes" : `did you mean '${close}'?`,
  });
}

function explanation(code: string, { title, meaning, remedy }: CatalogueEntry): string[] {
  return [`${code}: ${title}`, "", ...wrap(meaning, ""), "", "What to do:", ...wrap(remedy, "")];
}

function listing(all: Catalogue): string[] {
  const entries = Object.entries(all);
  return textTable([
    { heading: "Code", cells: entries.map(([code]) => code), align: "left" },
    { heading: "Title", cells: entries.map(([, { title }]) => title), align: "left" },
  ]);
}
