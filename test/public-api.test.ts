import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";
import { publicApi } from "./architecture/declarations.ts";
import { readSources } from "./architecture/sourceScan.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "henderson-declarations-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("the public declarations are those of the snapshot", async () => {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  const run = spawnSync(process.execPath, [compiler, "-p", "tsconfig.build.json", "--outDir", folder], {
    cwd: root,
    encoding: "utf8",
  });
  expect(run.stdout + run.stderr).toBe("");
  await expect(publicApi(readSources(folder))).toMatchFileSnapshot("snapshots/public-api.txt");
});

it("an exported name, its overloads and the types it mentions are found, and nothing else", () => {
  const sources = new Map([
    ["index.d.ts", 'export { f } from "./a.ts";\nexport type { A as B } from "./a.ts";\n'],
    [
      "a.d.ts",
      [
        'import type { Hidden } from "./b.ts";',
        "/** docs */",
        "export declare function f(x: Hidden): A;",
        "export declare function f(x: number): A;",
        "export interface A {",
        "    /** docs */",
        "    readonly x: number;",
        "}",
        "export declare const unused: number;",
      ].join("\n"),
    ],
    ["b.d.ts", "export type Hidden = Deep[];\ntype Deep = string;\nexport type Unused = 1;\n"],
  ]);
  expect(publicApi(sources)).toBe(
    [
      '// What `import ... from "henderson"` offers. Changes here are changes for users: `npm run snapshots`.',
      "// a.ts: A is exported as B",
      "// a.ts\nexport interface A {\n    readonly x: number;\n}\nexport declare function f(x: Hidden): A;\nexport declare function f(x: number): A;",
      "// Types that the declarations above mention.",
      "// b.ts\ntype Deep = string;\nexport type Hidden = Deep[];",
      "",
    ].join("\n\n"),
  );
});
