import { chmodSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { defineConfig, type Plugin } from "vite";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Lets the system run dist/cli.js itself: npm 10 starts a package's own command without setting this. */
const executable: Plugin = {
  name: "executable",
  writeBundle: () => chmodSync("dist/cli.js", 0o755),
};

/** Our own build leaves the workers' address alone (it is the file beside); bundlers of users have to see it. */
const visibleWorkers: Plugin = {
  name: "visible-workers",
  generateBundle(_, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== "chunk") continue;
      file.code = file.code.replace(
        /new Worker\(new URL\(\s*\/\* @vite-ignore \*\/\s*/g,
        "new Worker(new URL(",
      );
    }
  },
};

/** Files that src/index.ts needs at once, itself apart. */
function reachedFromMain(): ReadonlySet<string> {
  const reached = new Set([fileURLToPath(new URL("src/index.ts", import.meta.url))]);
  for (const file of reached) {
    const source = readFileSync(file, "utf8");
    for (const [, specifier] of source.matchAll(/^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)";/gm)) {
      reached.add(join(dirname(file), specifier!));
    }
  }
  return reached;
}

const main = reachedFromMain();

/** Files of some folders that the main import needs, as one chunk. */
function chunkOf(name: string, folders: string): { name: string; test: (id: string) => boolean } {
  const inFolder = new RegExp(`[\\\\/]src[\\\\/](?:${folders})[\\\\/]`);
  return { name, test: (id) => main.has(id) && inFolder.test(id) };
}

/**
 * The main import in three pieces: what fits models, tables and tails of distributions, of which entries load what they need. In
 * many small ones, one for each set of entries that share it, it would be larger by some kilobytes.
 */
const pieces = [
  chunkOf("core", "covariance|design|engines|fit|formula|inference|linalg|model|optimize|predict"),
  chunkOf("tails", "distributions"),
  chunkOf("tables", "base|table"),
];

/** What `vite build` makes of the sources in each of its modes. */
const builds = {
  library: {
    lib: {
      entry: {
        index: "src/index.ts",
        table: "src/tableIndex.ts",
        report: "src/reportIndex.ts",
        inference: "src/inferenceIndex.ts",
        simulation: "src/simulationIndex.ts",
        distributions: "src/distributionsIndex.ts",
        genetics: "src/geneticsIndex.ts",
      },
      formats: ["es" as const],
    },
  },
  // one file: bundlers of pages make a worker of it, and most cannot split one
  worker: { lib: { entry: { worker: "src/workerIndex.ts" }, formats: ["es" as const] } },
  cli: { ssr: "src/cli/main.ts" },
};

/**
 * `vite build` makes the library (dist/index.js, for browsers and Node), `vite build --mode worker` the program of its workers
 * (dist/worker.js), `vite build --mode cli` the command line (dist/cli.js, for Node). All bundle everything they use, so that
 * nothing is installed with the package; readers of rare formats are chunks that load when they are needed.
 */
const config: ReturnType<typeof defineConfig> = defineConfig(({ mode }) => {
  const build = mode === "cli" || mode === "worker" ? mode : "library";
  const cli = build === "cli";
  return {
    define: { __HENDERSON_VERSION__: JSON.stringify(version) },
    ...(cli ? { ssr: { noExternal: true }, plugins: [executable] } : { plugins: [visibleWorkers] }),
    build: {
      target: "es2022",
      outDir: "dist",
      emptyOutDir: build === "library",
      minify: false,
      ...builds[build],
      rolldownOptions: {
        ...(build === "library" ? { preserveEntrySignatures: "allow-extension" as const } : {}),
        output: {
          minify: true,
          entryFileNames: cli ? "cli.js" : "[name].js",
          ...(build === "library"
            ? { codeSplitting: { groups: pieces, includeDependenciesRecursively: false } }
            : {}),
          ...(build === "worker" ? { codeSplitting: false } : {}),
          chunkFileNames: cli ? "cli/[name]-[hash].js" : "chunks/[name]-[hash].js",
        },
      },
    },
  };
});
export default config;
