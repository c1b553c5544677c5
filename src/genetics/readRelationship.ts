import { HendersonError, type SourceSpan } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { quoteValue } from "../table/quoteValue.ts";

export type RelationshipKind = "pedigree" | "sire-mgs" | "dominance" | "matrix" | "inverse";

/** What `--relationship A=pedigree:ped.csv,groups=G1+G2` says, before any file is read. */
export interface RelationshipSpec {
  /** name in `cov = A` */
  readonly name: string;
  readonly kind: RelationshipKind;
  readonly file: string;
  readonly options: RelationshipOptions;
}

export interface RelationshipOptions {
  /** ids of unknown-parent groups */
  readonly groups?: readonly string[];
  /** number added to the diagonal of the groups, which makes them random */
  readonly random?: number;
  /** file with the relationships of the groups, which makes them metafounders */
  readonly gamma?: string;
  /** false ignores inbreeding */
  readonly inbreeding?: boolean;
  /** refuses animals that are both sire and dam */
  readonly separateSexes?: boolean;
  /** column with dates of birth, to be checked */
  readonly birth?: string;
  /** number added to the diagonal of a matrix */
  readonly ridge?: number;
}

const OPTIONS: Readonly<Record<RelationshipKind, readonly string[]>> = {
  pedigree: ["groups", "random", "gamma", "inbreeding", "sexes", "birth"],
  "sire-mgs": [],
  dominance: ["sexes", "birth"],
  matrix: ["ridge"],
  inverse: [],
};
const KINDS = Object.keys(OPTIONS) as readonly RelationshipKind[];

/**
 * Reads the text `NAME=KIND:FILE[,OPTION=VALUE]...`; a comma belongs to the file unless `word=` follows it.
 *
 * @throws HendersonError "genetics/relationship-text", "genetics/relationship-option", pointing into the text
 */
export function readRelationship(text: string): RelationshipSpec {
  const fail = (
    message: string,
    hint: string,
    from: number,
    to: number,
    code = "genetics/relationship-text",
  ): never => {
    const span: SourceSpan = { start: from, end: to };
    throw new HendersonError(code, message, { hint, source: text, span });
  };
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(equals, 0)).trim();
  if (!/^[\p{L}.][\p{L}\p{N}._]*$/u.test(name)) {
    const hint = "write NAME=KIND:FILE, as in A=pedigree:ped.csv";
    const message =
      equals < 0
        ? "a relationship begins with its name and '='"
        : `${quoteValue(name)} is not a name for a relationship`;
    fail(message, hint, 0, Math.max(equals, 1));
  }
  const parts = text.slice(equals + 1).split(/,(?=\s*[A-Za-z][\w-]*=)/);
  const colon = parts[0]!.indexOf(":");
  const kind = parts[0]!.slice(0, Math.max(colon, 0)).trim();
  const kindEnd = equals + 1 + Math.max(colon, 0);
  if (!(KINDS as readonly string[]).includes(kind)) {
    const close = nearest(kind, KINDS);
    const message =
      colon < 0
        ? `${quoteValue(name)} has no kind before its file`
        : `there is no relationship of kind ${quoteValue(kind)}`;
    fail(
      message,
      close === null
        ? `write NAME=KIND:FILE, as in ${name}=pedigree:ped.csv; kinds are ${KINDS.join(", ")}`
        : `did you mean '${close}:'?`,
      equals + 1,
      colon < 0 ? text.length : kindEnd,
    );
  }
  const file = parts[0]!.slice(colon + 1).trim();
  if (file === "") {
    fail(`${quoteValue(name)} has no file`, `write ${name}=${kind}:FILE`, kindEnd, kindEnd + 1);
  }
  const given = new Map<string, string>();
  let at = equals + 1 + parts[0]!.length + 1;
  for (const part of parts.slice(1)) {
    const separator = part.indexOf("=");
    const key = part.slice(0, separator).trim();
    const allowed = OPTIONS[kind as RelationshipKind];
    if (!allowed.includes(key) || given.has(key)) {
      const close = nearest(key, allowed);
      const message = given.has(key)
        ? `the option ${quoteValue(key)} is given twice`
        : `${kind} has no option ${quoteValue(key)}`;
      const list =
        allowed.length === 0 ? `${kind} takes no options` : `its options are ${allowed.join(", ")}`;
      fail(
        message,
        close === null || given.has(key) ? list : `did you mean '${close}='?`,
        at,
        at + separator,
        "genetics/relationship-option",
      );
    }
    const value = part.slice(separator + 1).trim();
    const problem = valueProblem(key, value);
    if (problem !== null) {
      fail(
        `${quoteValue(value)} is no value for ${key}`,
        problem,
        at + separator + 1,
        at + part.length,
        "genetics/relationship-option",
      );
    }
    given.set(key, value);
    at += part.length + 1;
  }
  return { name, kind: kind as RelationshipKind, file, options: typedOptions(given) };
}

/** What a value should have been; null when it is right. */
function valueProblem(key: string, value: string): string | null {
  if (key === "groups") {
    return value.split("+").every((group) => group.trim() !== "")
      ? null
      : "write the ids of the groups with + between them";
  }
  if (key === "random" || key === "ridge") {
    const number = Number(value);
    return value !== "" && Number.isFinite(number) && number > 0
      ? null
      : `write a positive number, as in ${key}=${key === "random" ? 1 : 0.01}`;
  }
  if (key === "inbreeding") return value === "yes" || value === "no" ? null : "write yes or no";
  if (key === "sexes") return value === "separate" || value === "any" ? null : "write separate or any";
  if (value !== "") return null;
  return key === "gamma" ? "write the name of a file" : "write the name of a column";
}

function typedOptions(given: ReadonlyMap<string, string>): RelationshipOptions {
  const options: { -readonly [K in keyof RelationshipOptions]: RelationshipOptions[K] } = {};
  for (const [key, value] of given) {
    if (key === "groups") options.groups = value.split("+").map((group) => group.trim());
    else if (key === "random") options.random = Number(value);
    else if (key === "ridge") options.ridge = Number(value);
    else if (key === "inbreeding") options.inbreeding = value === "yes";
    else if (key === "sexes") options.separateSexes = value === "separate";
    else if (key === "gamma") options.gamma = value;
    else options.birth = value;
  }
  return options;
}

/** Every file that the relationship is made from. */
export function relationshipFiles({ file, options }: RelationshipSpec): readonly string[] {
  return options.gamma === undefined ? [file] : [file, options.gamma];
}
