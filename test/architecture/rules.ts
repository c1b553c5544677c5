// The rules of the source tree, as functions from sources to violations in words.
import { basename } from "node:path";
import { cyclesOf, importsOf, resolveImport, type Sources } from "./sourceScan.ts";

/** The content of layers.json. */
export interface Layers {
  /** bottom first; folders of one line are strangers to each other */
  readonly layers: readonly (readonly string[])[];
  readonly forbidden: readonly {
    readonly from: string;
    readonly to: string;
    readonly except?: readonly string[];
    readonly because: string;
  }[];
  /** folder -> why the folders inside it do not import each other */
  readonly strangers: Readonly<Record<string, string>>;
  /** packages that a folder may import; their code ends up in dist */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** rule -> file -> why it may break the rule */
  readonly exempt: { readonly longFile: Readonly<Record<string, string>> };
}

const LONGEST_FILE = 500;
const BANNED_NAMES: ReadonlySet<string> = new Set([
  "util",
  "utils",
  "utilities",
  "helper",
  "helpers",
  "common",
  "misc",
  "manager",
  "types",
  "shared",
]);

/** `linalg` for `linalg/sparse/pattern.ts`; `index.ts` for itself. */
export function folderOf(file: string): string {
  return file.split("/")[0]!;
}

/** Imports that go up or sideways, or that layers.json forbids. */
export function layerViolations(sources: Sources, layers: Layers): string[] {
  const level = new Map(
    layers.layers.flatMap((names, height) => names.map((name) => [name, height] as const)),
  );
  const violations: string[] = [];
  for (const [file, source] of sources) {
    const from = folderOf(file);
    if (!level.has(from)) violations.push(`${file}: folder '${from}' is in no layer`);
    for (const { specifier, line } of importsOf(source)) {
      const target = resolveImport(file, specifier);
      if (target === null) continue;
      const where = `${file}:${line} imports ${target}`;
      if (!sources.has(target)) violations.push(`${where}, which does not exist`);
      const to = folderOf(target);
      const reason = layers.strangers[from];
      if (from === to && reason !== undefined && areStrangers(file, target)) {
        violations.push(`${where}: ${reason}`);
      }
      if (from === to) continue;
      if ((level.get(to) ?? 0) >= (level.get(from) ?? 0)) {
        violations.push(`${where}: '${to}' is not below '${from}'`);
      }
      for (const rule of layers.forbidden) {
        if (rule.from === from && rule.to === to && rule.except?.includes(target) !== true) {
          violations.push(`${where}: ${rule.because}`);
        }
      }
    }
  }
  return violations;
}

/** Whether two files of one folder are in different folders inside it. */
function areStrangers(file: string, target: string): boolean {
  const [, from, ...below] = file.split("/");
  const [, to, ...beneath] = target.split("/");
  return below.length > 0 && beneath.length > 0 && from !== to;
}

/** Packages and node: modules where they have no place. */
export function packageViolations(sources: Sources, layers: Layers): string[] {
  const violations: string[] = [];
  for (const [file, source] of sources) {
    const folder = folderOf(file);
    for (const { specifier, line } of importsOf(source)) {
      if (specifier.startsWith(".")) continue;
      if (specifier.startsWith("node:")) {
        if (folder !== "cli") violations.push(`${file}:${line} imports ${specifier}: only src/cli may`);
        continue;
      }
      const name = specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/");
      if (layers.packages[folder]?.includes(name) !== true) {
        violations.push(
          `${file}:${line} imports the package '${name}', which layers.json does not give to '${folder}'`,
        );
      }
    }
  }
  return violations;
}

/** Files that import each other in a circle; with `types`, also through `import type`. */
export function cycleViolations(sources: Sources, types: boolean): string[] {
  const edges = new Map<string, string[]>();
  for (const [file, source] of sources) {
    const targets = importsOf(source)
      .filter(({ typeOnly }) => types || !typeOnly)
      .map(({ specifier }) => resolveImport(file, specifier))
      .filter((target): target is string => target !== null && sources.has(target));
    edges.set(file, targets);
  }
  return cyclesOf(edges).map((cycle) => `files import each other in a circle: ${cycle.join(", ")}`);
}

/** Barrels, junk drawers, names that are not camelCase, files that are too long. */
export function fileViolations(sources: Sources, layers: Layers): string[] {
  const violations: string[] = [];
  const exempt = layers.exempt.longFile;
  for (const [file, source] of sources) {
    const name = basename(file);
    const stem = name.replace(/(\.generated)?\.ts$/, "");
    if (name === "index.ts" && file !== "index.ts")
      violations.push(`${file}: a barrel; import the file that is meant`);
    if (BANNED_NAMES.has(stem.toLowerCase()))
      violations.push(`${file}: the name says nothing about its content`);
    if (!/^[a-z][A-Za-z0-9]*$/.test(stem)) violations.push(`${file}: file names are camelCase`);
    const lines = source.split("\n").length - 1;
    const excused = Object.hasOwn(exempt, file) || name.endsWith(".generated.ts");
    if (lines > LONGEST_FILE && !excused)
      violations.push(`${file}: ${lines} lines, the wall is ${LONGEST_FILE}`);
    if (lines <= LONGEST_FILE && Object.hasOwn(exempt, file)) {
      violations.push(`${file}: no longer too long, take it out of layers.json`);
    }
  }
  for (const file of Object.keys(exempt)) {
    if (!sources.has(file)) violations.push(`${file}: exempt in layers.json, but there is no such file`);
  }
  return violations;
}

/** Variables of a module that can change: ambient state. */
export function stateViolations(sources: Sources): string[] {
  const violations: string[] = [];
  for (const [file, source] of sources) {
    for (const match of source.matchAll(/^(?:export\s+)?(?:let|var)\s+(\w+)/gm)) {
      violations.push(`${file}: module-level variable '${match[1]}' can change; pass it instead`);
    }
  }
  return violations;
}

/** Files that no entry point reaches. */
export function orphans(sources: Sources, entries: readonly string[]): string[] {
  const reached = new Set<string>(entries);
  for (const file of reached) {
    for (const { specifier } of importsOf(sources.get(file) ?? "")) {
      const target = resolveImport(file, specifier);
      if (target !== null) reached.add(target);
    }
  }
  return [...sources.keys()].filter((file) => !reached.has(file));
}
