// What `npm pack` would ship. Needs the build (npm ci makes it).
import { spawnSync } from "node:child_process";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { builtinModules } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { beforeAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = join(root, "dist");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly name: string;
  readonly dependencies?: object;
  readonly devDependencies: Readonly<Record<string, string>>;
};

/** Largest size of what `import "henderson"` loads, gzip, in bytes. */
const MAIN_IMPORT_LIMIT = 120_000;

/** What `npm pack --json` prints of a package. */
interface PackReport {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function newest(folder: string): number {
  return Math.max(...filesUnder(folder).map((file) => statSync(file).mtimeMs));
}

interface BundleImports {
  readonly statically: string[];
  readonly dynamically: string[];
}

/** Imports of a bundled file. Bundles are one long line: only quoted names right after import or from count. */
function bundleImports(source: string): BundleImports {
  const find = (pattern: RegExp): string[] => [...source.matchAll(pattern)].map((match) => match[1]!);
  return {
    statically: find(/(?:^|[;\n}])(?:import|export)\s*(?:[\w*{$][^;"'`]*?from\s*)?["']([^"'\s]+)["']/g),
    dynamically: find(/\bimport\(\s*["'`]([^"'`]+)["'`]\s*\)/g),
  };
}

/** Files that load with an entry before anything is called. */
function staticallyReached(entry: string): string[] {
  const reached = new Set([entry]);
  for (const file of reached) {
    for (const name of bundleImports(readFileSync(file, "utf8")).statically) {
      if (name.startsWith(".")) reached.add(join(dirname(file), name));
    }
  }
  return [...reached];
}

beforeAll(() => {
  if (!existsSync(join(dist, "index.js"))) throw new Error("dist is not built; run npm run build");
});

describe("the build", () => {
  it("is newer than the sources (else run npm run build)", () => {
    expect(newest(dist)).toBeGreaterThan(newest(join(root, "src")));
  });

  it("imports no package: only its own files, and node: modules in the command line", () => {
    const scripts = filesUnder(dist).filter((file) => file.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(10);
    for (const file of scripts) {
      const { statically, dynamically } = bundleImports(readFileSync(file, "utf8"));
      const place = relative(dist, file);
      const isCli = place === "cli.js" || place.startsWith("cli/");
      for (const name of [...statically, ...dynamically].filter((one) => !one.startsWith("."))) {
        const builtin = isCli && builtinModules.includes(name.replace(/^node:/, ""));
        expect(builtin ? "" : name, place).toBe("");
      }
    }
  });

  it("finds imports in bundles", () => {
    const source =
      'import{a as b}from"./x.js";import"./y.js";let c=()=>import(`./z.js`);export*from"lodash";var t="from \\"no\\"";';
    expect(bundleImports(source)).toEqual({
      statically: ["./x.js", "./y.js", "lodash"],
      dynamically: ["./z.js"],
    });
  });

  it("loads less than 120 kB gzip for the main import, kernels included", () => {
    const files = staticallyReached(join(dist, "index.js"));
    const bytes = files.reduce((sum, file) => sum + gzipSync(readFileSync(file), { level: 9 }).length, 0);
    expect(bytes).toBeLessThan(MAIN_IMPORT_LIMIT);
    expect(bytes).toBeGreaterThan(30_000);
  });

  it("makes a command line that the system can start", () => {
    expect(process.platform === "win32" || (statSync(join(dist, "cli.js")).mode & 0o111) === 0o111).toBe(
      true,
    );
    expect(readFileSync(join(dist, "cli.js"), "utf8").split("\n")[0]).toBe("#!/usr/bin/env node");
  });
});

describe("the package", () => {
  it("installs nothing else", () => {
    expect(manifest.dependencies).toBeUndefined();
  });

  it("pins every tool exactly", () => {
    for (const [name, version] of Object.entries(manifest.devDependencies)) {
      expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    }
  });

  it("holds the build, the documents a user needs and nothing more, and runs where nothing else is installed", () => {
    const folder = mkdtempSync(join(tmpdir(), "henderson-package-"));
    try {
      const pack = spawnSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", folder], {
        cwd: root,
        encoding: "utf8",
        shell: process.platform === "win32",
      });
      expect(pack.status, pack.stderr).toBe(0);
      const printed = JSON.parse(pack.stdout) as unknown;
      const [report] = Object.values(printed as Record<string, PackReport>);
      const paths = report!.files.map(({ path }) => path);
      const outside = paths.filter((path) => !path.startsWith("dist/")).sort();
      expect(outside).toEqual([
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "THIRD_PARTY_NOTICES",
        "package.json",
      ]);
      expect(paths).toEqual(
        expect.arrayContaining(["dist/index.js", "dist/cli.js", "dist/worker.js", "dist/types/index.d.ts"]),
      );
      expect(paths.filter((path) => /\.test\.|\.map$|^dist\/types\/cli|studio\//.test(path))).toEqual([]);

      spawnSync("tar", ["-xzf", report!.filename], { cwd: folder });
      copyFileSync(join(root, "examples/dyestuff.csv"), join(folder, "dyestuff.csv"));
      const program =
        "import { fit } from './package/dist/index.js';" +
        "import { readDelimited } from './package/dist/table.js';" +
        "import { readFileSync } from 'node:fs';" +
        "const { table } = readDelimited(readFileSync('dyestuff.csv'));" +
        "console.log(fit('Yield ~ 1 + (1 | Batch)', table).remlCriterion);";
      const library = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
        cwd: folder,
        encoding: "utf8",
      });
      const words = ["package/dist/cli.js", "fit", "Yield ~ 1 + (1 | Batch)", "dyestuff.csv", "--json"];
      const command = spawnSync(process.execPath, words, { cwd: folder, encoding: "utf8" });
      expect(library.stderr + command.stderr).toBe("");
      const parallel =
        "import { fit } from './package/dist/index.js';" +
        "import { readDelimited } from './package/dist/table.js';" +
        "import { bootstrap } from './package/dist/simulation.js';" +
        "import { readFileSync } from 'node:fs';" +
        "const one = fit('Yield ~ 1 + (1 | Batch)', readDelimited(readFileSync('dyestuff.csv')).table);" +
        "const { workers, notes } = await bootstrap(one, { n: 20, seed: 1, workers: 2 });" +
        "console.log(workers, notes.some(({ code }) => code === 'simulation/no-workers'));";
      const threads = spawnSync(process.execPath, ["--input-type=module", "-e", parallel], {
        cwd: folder,
        encoding: "utf8",
      });
      expect(threads.stdout + threads.stderr).toBe("2 false\n");
      const { remlCriterion } = JSON.parse(command.stdout) as { readonly remlCriterion: number };
      expect(Number(library.stdout)).toBeCloseTo(319.6543, 4);
      expect(remlCriterion).toBeCloseTo(319.6543, 4);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("has nothing that publint would warn about", async () => {
    const { messages } = await publint({ pkgDir: root, level: "warning", pack: "npm", strict: true });
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
  });

  it("gives its types to strict users, with either kind of module resolution", () => {
    const folder = mkdtempSync(join(tmpdir(), "henderson-consumer-"));
    try {
      mkdirSync(join(folder, "node_modules"));
      symlinkSync(root, join(folder, "node_modules", manifest.name), "dir");
      writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
      writeFileSync(
        join(folder, "use.ts"),
        [
          'import { fit, toTable, type FitResult } from "henderson";',
          'import { equationsEngine } from "henderson/genetics";',
          'import { summaryText, summarize } from "henderson/report";',
          'import { writeCsv } from "henderson/table";',
          "const table = toTable({ y: [1, 2, 4, 3], g: ['a', 'a', 'b', 'b'] });",
          "export const result: FitResult = fit('y ~ 1 + (1 | g)', table);",
          "export const text: string = summaryText(summarize(result)) + writeCsv(table);",
          "export const held = fit('y ~ 1 + (1 | g)', table, { components: { g: 1 }, engines: [equationsEngine] });",
          "// @ts-expect-error a formula is text",
          "fit(1, table);",
        ].join("\n"),
      );
      for (const resolution of [
        { module: "NodeNext", moduleResolution: "NodeNext" },
        { module: "ESNext", moduleResolution: "Bundler" },
      ]) {
        writeFileSync(
          join(folder, "tsconfig.json"),
          JSON.stringify({
            compilerOptions: {
              ...resolution,
              target: "ES2022",
              lib: ["ES2023", "DOM"],
              types: [],
              strict: true,
              exactOptionalPropertyTypes: true,
              noEmit: true,
              skipLibCheck: false,
            },
            include: ["use.ts"],
          }),
        );
        const compiler = join(root, "node_modules/typescript/bin/tsc");
        const run = spawnSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" });
        expect(run.stdout + run.stderr, resolution.module).toBe("");
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

describe("THIRD_PARTY_NOTICES", () => {
  const notices = readFileSync(join(root, "THIRD_PARTY_NOTICES"), "utf8");
  const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly dependencies?: Readonly<Record<string, string>> }>>;
  };
  const layers = JSON.parse(readFileSync(join(root, "layers.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, readonly string[]>>;
  };
  /** What the sources import, and what that imports in turn. */
  const bundled = new Set(Object.values(layers.packages).flat());
  for (const name of bundled) {
    for (const next of Object.keys(lock.packages[`node_modules/${name}`]?.dependencies ?? {}))
      bundled.add(next);
  }

  it.each([...bundled].sort())("names %s, its version and its licence text", (name) => {
    const folder = join(root, "node_modules", name);
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
    const licence = readFileSync(join(folder, "LICENSE"), "utf8").trim().replaceAll("\r\n", "\n");
    expect(notices).toContain(`${name} ${version}\n`);
    expect(notices).toContain(licence);
  });

  it("names no package that is not bundled", () => {
    const named = [...notices.matchAll(/^(\S+) \d+\.\d+\.\d+$/gm)].map((match) => match[1]!);
    expect(named.sort()).toEqual([...bundled].sort());
  });
});
