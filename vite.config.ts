import { chmodSync, readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

const { version } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** Lets the system run dist/cli.js itself: npm 10 starts a package's own command without setting this. */
const executable: Plugin = {
  name: "executable",
  writeBundle: () => chmodSync("dist/cli.js", 0o755),
};

/**
 * `vite build` makes the library (dist/index.js, for browsers and Node), `vite build --mode cli` the command
 * line (dist/cli.js, for Node). Both bundle everything they use, so that nothing is installed with the package;
 * readers of rare formats are chunks that load when they are needed.
 */
const config: ReturnType<typeof defineConfig> = defineConfig(({ mode }) => {
  const cli = mode === "cli";
  return {
    define: { __HENDERSON_VERSION__: JSON.stringify(version) },
    ...(cli ? { ssr: { noExternal: true }, plugins: [executable] } : {}),
    build: {
      target: "es2022",
      outDir: "dist",
      emptyOutDir: !cli,
      minify: false,
      ...(cli
        ? { ssr: "src/cli/main.ts" }
        : {
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
              formats: ["es"] as const,
            },
          }),
      rolldownOptions: {
        output: {
          minify: true,
          entryFileNames: cli ? "cli.js" : "[name].js",
          chunkFileNames: cli ? "cli/[name]-[hash].js" : "chunks/[name]-[hash].js",
        },
      },
    },
  };
});
export default config;
