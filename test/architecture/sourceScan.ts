// A small scanner of TypeScript sources. Our sources are formatted by one tool, so a statement starts its
// line; that is all the scanner needs to know about the language.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";

/** Sources by path relative to the scanned folder, with forward slashes. */
export type Sources = ReadonlyMap<string, string>;

export interface Import {
  /** as written */
  readonly specifier: string;
  /** `import type`: gone after compilation */
  readonly typeOnly: boolean;
  readonly line: number;
}

/** Every TypeScript file under a folder. */
export function readSources(folder: string): Sources {
  const sources = new Map<string, string>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".ts")) continue;
    const path = join(entry.parentPath, entry.name);
    sources.set(
      path
        .slice(folder.length)
        .replace(/^[/\\]/, "")
        .replaceAll("\\", "/"),
      readFileSync(path, "utf8"),
    );
  }
  return new Map([...sources].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Static and dynamic imports and re-exports of a source. */
export function importsOf(source: string): Import[] {
  const found: Import[] = [];
  const lineAt = (index: number): number => source.slice(0, index).split("\n").length;
  for (const match of source.matchAll(
    /^(?:import|export)\s+(type\s+)?(?:[\w*{][^;"'`]*?\sfrom\s+)?"([^"]+)"/gm,
  )) {
    found.push({ specifier: match[2]!, typeOnly: match[1] !== undefined, line: lineAt(match.index) });
  }
  for (const match of source.matchAll(/\bimport\(\s*"([^"]+)"\s*\)/g)) {
    found.push({ specifier: match[1]!, typeOnly: false, line: lineAt(match.index) });
  }
  return found;
}

/** The file a relative import names, or null for a package. */
export function resolveImport(from: string, specifier: string): string | null {
  return specifier.startsWith(".") ? posix.join(posix.dirname(from), specifier) : null;
}

/** Strongly connected groups of more than one file, each sorted (Tarjan 1972, SIAM J. Comput. 1, 146-160). */
export function cyclesOf(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const onStack = new Set<string>();
  const cycles: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    onStack.add(node);
    for (const next of edges.get(node) ?? []) {
      if (!index.has(next)) {
        visit(next);
        low.set(node, Math.min(low.get(node)!, low.get(next)!));
      } else if (onStack.has(next)) low.set(node, Math.min(low.get(node)!, index.get(next)!));
    }
    if (low.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    for (const member of group) onStack.delete(member);
    if (group.length > 1 || (edges.get(node) ?? []).includes(node)) cycles.push(group.sort());
  };
  for (const node of edges.keys()) if (!index.has(node)) visit(node);
  return cycles;
}
