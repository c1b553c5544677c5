// Bundles a TypeScript benchmark and runs it on any supported Node: node bench/run.mjs fits [kernels]
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const names = process.argv.length > 2 ? process.argv.slice(2) : ["fits"];

for (const name of names) {
  await build({
    root,
    configFile: false,
    logLevel: "error",
    ssr: { noExternal: true },
    build: {
      ssr: `bench/${name}.bench.ts`,
      target: "node20",
      outDir: ".tmp/bench/bundle",
      emptyOutDir: false,
      rollupOptions: { output: { entryFileNames: `${name}.mjs` } },
    },
  });
  await import(`${root}.tmp/bench/bundle/${name}.mjs`);
}
