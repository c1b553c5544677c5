import { existsSync } from "node:fs";
import type { ComponentValues } from "../fit/componentValues.ts";
import { usageError } from "./failure.ts";
import { readInput } from "./readInput.ts";
import type { Terminal } from "./terminal.ts";

type Values = Record<string, number | readonly (readonly number[])[]>;

/**
 * The value of `--components` or `--start`: variances by name, `dam=40,p[1,1]=150,p[2,1]=-40,p[2,2]=90` or
 * `p=[[150,-40],[-40,90]]`; a JSON file of an object `{ "p": [[150, -40], [-40, 90]], "dam": 40 }`; or a FIT file,
 * whose estimates are taken.
 *
 * @param option its name, for messages
 */
export async function readComponents(
  option: string,
  text: string,
  terminal: Terminal,
): Promise<ComponentValues> {
  if (text.includes("=") && !existsSync(text)) return fromAssignments(option, text);
  const content = new TextDecoder().decode(await readInput(text, terminal, option));
  const values = fromJson(parse(content));
  if (values !== null) return values;
  throw usageError(
    `${option}: '${text}' is not a JSON object of component names and values`,
    'write { "dam": 40, "p": [[150, -40], [-40, 90]], "residual": 350 }',
  );
}

function fromAssignments(option: string, text: string): ComponentValues {
  const values: Values = {};
  for (const part of splitOutsideBrackets(text)) {
    // the first equals sign outside of an index: names may hold a colon, a dot and [2,1]
    const at = part.indexOf("=");
    const name = part.slice(0, Math.max(at, 0)).trim();
    if (name === "") {
      throw usageError(
        `${option}: '${part.trim()}' is not NAME=VALUE`,
        `write ${option} dam=40,residual=350`,
      );
    }
    if (name in values) throw usageError(`${option}: ${name} is given twice`);
    const value = componentValue(parse(part.slice(at + 1).trim()));
    if (value === null) {
      throw usageError(
        `${option}: '${part.slice(at + 1).trim()}' for ${name} is neither a number nor a matrix`,
        `write ${name}=40, or a matrix by rows: '${name}=[[150,-40],[-40,90]]'`,
      );
    }
    values[name] = value;
  }
  return values;
}

function splitOutsideBrackets(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "[") depth++;
    else if (text[i] === "]") depth--;
    else if (text[i] === "," && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  return [...parts, text.slice(from)];
}

function fromJson(json: unknown): ComponentValues | null {
  if (json === null || typeof json !== "object" || Array.isArray(json)) return null;
  const { schema, components } = json as { schema?: unknown; components?: unknown };
  const entries =
    typeof schema === "string" && schema.startsWith("henderson/fit@") && Array.isArray(components)
      ? components.map(({ name, estimate }): [string, unknown] => [name, estimate])
      : Object.entries(json);
  const values: Values = {};
  for (const [name, entry] of entries) {
    const value = componentValue(entry);
    if (value === null) return null;
    values[name] = value;
  }
  return values;
}

function componentValue(json: unknown): Values[string] | null {
  if (typeof json === "number" && Number.isFinite(json)) return json;
  const rows = Array.isArray(json) && json.length > 0 ? (json as unknown[]) : null;
  const isRow = (row: unknown): row is number[] =>
    Array.isArray(row) && row.every((entry) => typeof entry === "number" && Number.isFinite(entry));
  return rows?.every(isRow) === true ? rows : null;
}

function parse(text: string): unknown {
  // .5 and +2 are numbers to people
  if (text !== "" && Number.isFinite(Number(text))) return Number(text);
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
