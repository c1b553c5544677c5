import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";

const generated = new URL("../../../../src/linalg/wasm/kernels.generated.ts", import.meta.url);
const build = new URL("../../../../kernels/build.mjs", import.meta.url);

it("is what kernels/build.mjs makes of kernels/assembly", async () => {
  const { generate } = (await import(build.href)) as { generate(): Promise<string> };
  expect(await generate()).toBe(await readFile(generated, "utf8"));
}, 60_000);

it("takes less than 25 kB of the bundle, compressed", async () => {
  expect(gzipSync(await readFile(generated)).length).toBeLessThan(25_000);
});
