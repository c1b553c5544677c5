// What the entry point promises, read from the declarations that the compiler emits.
import { posix } from "node:path";
import { resolveImport, type Sources } from "./sourceScan.ts";

interface Declaration {
  readonly name: string;
  readonly text: string;
}

interface DeclarationFile {
  readonly declarations: ReadonlyMap<string, Declaration>;
  /** local name -> where it comes from */
  readonly imports: ReadonlyMap<string, { readonly file: string; readonly name: string }>;
}

const entryNames: ReadonlyMap<string, string> = new Map([
  ["index.d.ts", "henderson"],
  ["tableIndex.d.ts", "henderson/table"],
  ["reportIndex.d.ts", "henderson/report"],
  ["inferenceIndex.d.ts", "henderson/inference"],
  ["simulationIndex.d.ts", "henderson/simulation"],
  ["distributionsIndex.d.ts", "henderson/distributions"],
  ["geneticsIndex.d.ts", "henderson/genetics"],
]);

/**
 * The public declarations of the package's entries, without comments: first the exported ones of each, then the types
 * they mention, each group by file and name.
 *
 * @param sources emitted declaration files by path
 */
export function publicApi(sources: Sources): string {
  const files = new Map([...sources].map(([path, text]) => [path, readDeclarations(path, text)]));
  const aliases = new Map<string, string>();
  const entries = [...entryNames].filter(([file]) => sources.has(file));
  const perEntry = entries.map(([file]) => exportedNames(files, file, sources.get(file)!, aliases));
  const exported = perEntry.flat();
  const mentioned = closure(files, exported).filter((key) => !exported.includes(key));
  return [
    ...entries.flatMap(([, name], e) => [
      `// What \`import ... from "${name}"\` offers. Changes here are changes for users: \`npm run snapshots\`.`,
      ...[...aliases]
        .filter(([key]) => perEntry[e]!.includes(key))
        .map(([key, alias]) => `// ${key.replace(".d.ts#", ".ts: ")} is exported as ${alias}`),
      ...print(files, perEntry[e]!),
    ]),
    "// Types that the declarations above mention.",
    ...print(files, mentioned),
    "",
  ].join("\n\n");
}

function withoutComments(text: string): string {
  return text.replace(/^[ \t]*\/\*[\s\S]*?\*\/\n/gm, "").replace(/^\s*\/\/.*\n/gm, "");
}

function readDeclarations(path: string, source: string): DeclarationFile {
  const declarations = new Map<string, Declaration>();
  const imports = new Map<string, { file: string; name: string }>();
  for (const statement of withoutComments(source).split(/^(?=import |export |declare |interface |type )/m)) {
    const text = statement.trim().replace(/^\s*\n/gm, "");
    const from = /^(?:import|export)\s+(?:type\s+)?\{([^}]*)\}\s+from\s+"([^"]+)"/.exec(text);
    if (from !== null) {
      const file = declarationPath(path, from[2]!);
      for (const part of from[1]!.split(",")) {
        const [name, local] = part
          .trim()
          .replace(/^type\s+/, "")
          .split(/\s+as\s+/);
        if (file !== null && name !== "") imports.set(local ?? name!, { file, name: name! });
      }
      continue;
    }
    const named =
      /^(?:export\s+)?(?:declare\s+)?(?:abstract\s+)?(?:function|const|class|interface|type)\s+(\w+)/.exec(
        text,
      );
    if (named === null) continue;
    const name = named[1]!;
    const overloads = declarations.get(name);
    declarations.set(name, { name, text: overloads === undefined ? text : `${overloads.text}\n${text}` });
  }
  return { declarations, imports };
}

function declarationPath(from: string, specifier: string): string | null {
  const target = resolveImport(from, specifier);
  return target === null ? null : posix.normalize(target.replace(/\.ts$/, ".d.ts"));
}

type Files = ReadonlyMap<string, DeclarationFile>;

/** `file#name` of what a name in a file stands for, through re-exports. */
function locate(files: Files, file: string, name: string): string | null {
  const found = files.get(file);
  if (found === undefined) return null;
  if (found.declarations.has(name)) return `${file}#${name}`;
  const imported = found.imports.get(name);
  return imported === undefined ? null : locate(files, imported.file, imported.name);
}

/** Declarations that the entry point exports; `aliases` collects those with another name. */
function exportedNames(files: Files, file: string, index: string, aliases: Map<string, string>): string[] {
  const names: string[] = [];
  for (const match of withoutComments(index).matchAll(/^export\s+(?:type\s+)?\{([^}]*)\}/gm)) {
    for (const part of match[1]!.split(",")) {
      const name = part
        .trim()
        .replace(/^type\s+/, "")
        .split(/\s+as\s+/)
        .at(-1)!;
      if (name === "") continue;
      const key = locate(files, file, name);
      if (key === null) throw new Error(`${file} exports '${name}', but no declaration was found`);
      names.push(key);
      const declared = key.split("#")[1]!;
      if (declared !== name) aliases.set(key, name);
    }
  }
  if (/^export \*/m.test(index)) throw new Error("index.ts names what it exports, one by one");
  return names;
}

function closure(files: Files, start: readonly string[]): string[] {
  const reached = new Set(start);
  for (const key of reached) {
    const [file, name] = key.split("#") as [string, string];
    const text = files.get(file)!.declarations.get(name)!.text;
    for (const [word] of text.matchAll(/\b[A-Za-z_]\w*\b/g)) {
      const target = locate(files, file, word);
      if (target !== null) reached.add(target);
    }
  }
  return [...reached];
}

function print(files: Files, keys: readonly string[]): string[] {
  const byFile = new Map<string, string[]>();
  for (const key of [...keys].sort()) {
    const [file, name] = key.split("#") as [string, string];
    byFile.set(file, [...(byFile.get(file) ?? []), files.get(file)!.declarations.get(name)!.text]);
  }
  return [...byFile].map(([file, texts]) => `// ${file.replace(/\.d\.ts$/, ".ts")}\n${texts.join("\n")}`);
}
