import type { Diagnosis } from "../checks/diagnosis/diagnose.ts";
import type { Finding } from "../checks/diagnosis/finding.ts";
import { wrap } from "./notesText.ts";

const MARKS: Readonly<Record<Finding["level"], string>> = {
  problem: "!!",
  attention: "! ",
  fine: "ok",
};

/** Findings in prose, the most important first. */
export function checkText({ findings }: Diagnosis, formula: string): string[] {
  const count = (level: Finding["level"]): number => findings.filter((found) => found.level === level).length;
  const problems = count("problem");
  const attention = count("attention");
  const summary =
    problems + attention === 0
      ? "nothing to worry about"
      : [
          ...(problems > 0 ? [`${problems} ${problems === 1 ? "problem" : "problems"}`] : []),
          ...(attention > 0 ? [`${attention} to look at`] : []),
        ].join(", ");
  return [
    `Check of ${formula}: ${summary}`,
    "",
    ...findings.flatMap((finding) => [
      `${MARKS[finding.level]} ${finding.title}`,
      ...wrap(`   ${sentence(finding.message)}`, "   "),
      ...(finding.advice === null ? [] : wrap(`   -> ${sentence(finding.advice)}`, "      ")),
    ]),
  ];
}

function sentence(text: string): string {
  return `${text[0]!.toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
