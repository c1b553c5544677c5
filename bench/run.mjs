// Bundles a TypeScript benchmark and runs it on any supported Node: node bench/run.mjs fits|genetics|kernels|sparse [case ...]
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const root = fileURLToPath(new URL("..", import.meta.url));
const known = readdirSync(`${root}bench`).flatMap((file) => /^(.+)\.bench\.ts$/.exec(file)?.slice(1) ?? []);
const [name = "fits"] = process.argv.slice(2);
if (!known.includes(name)) {
  console.error(`there is no benchmark ${name}: choose one of ${known.join(", ")}`);
  process.exit(1);
}

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
process.argv.splice(2, 1);
await import(`${root}.tmp/bench/bundle/${name}.mjs`);
