import type { Catalogue } from "../../src/base/catalogue.ts";

/** docs/errors.md: every code with its meaning and remedy, by stage. */
export function errorPage(entries: Catalogue): string {
  const stages = new Map<string, string[]>();
  for (const code of Object.keys(entries)) {
    const stage = code.split("/")[0]!;
    stages.set(stage, [...(stages.get(stage) ?? []), code]);
  }
  const parts = [
    "# Codes of errors and notes",
    "Every error and every note carries a code. `henderson explain CODE` shows these texts; this page is made from the same " +
      "catalogues (`npm run snapshots`), so please change them there.",
    [...stages.keys()].map((stage) => `[${stage}](#${stage})`).join(" · "),
  ];
  for (const [stage, codes] of stages) {
    parts.push(`## ${stage}`);
    for (const code of codes) {
      const { title, meaning, remedy } = entries[code]!;
      parts.push(`### \`${code}\``, `**${capitalized(title)}.** ${meaning}`, `*What to do:* ${remedy}`);
    }
  }
  return `${parts.join("\n\n")}\n`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
