// The same numbers from every kind of file. Small files, because Node reads them into a shared pool of memory.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { tableFromArrays, tableToIPC } from "@uwdata/flechette";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, expect, it } from "vitest";
import { henderson } from "./memoryTerminal.ts";

const scratch = mkdtempSync(join(tmpdir(), "henderson-formats-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const text = readFileSync("examples/sleepstudy.csv", "utf8");
const rows = text
  .trim()
  .split(/\r?\n/)
  .slice(1)
  .map((line) => line.split(","));
const reaction = rows.map(([y]) => Number(y));
const days = rows.map(([, x]) => Number(x));
const subject = rows.map(([, , g]) => g!);

const files: Readonly<Record<string, () => string | Uint8Array>> = {
  "s.tsv": () => text.replaceAll(",", "\t"),
  "s.csv": () => `\uFEFF${text.replaceAll("\n", "\r\n")}`,
  "european.csv": () => text.replaceAll(",", ";").replaceAll(".", ","),
  "s.json": () =>
    JSON.stringify(rows.map((_, i) => ({ Reaction: reaction[i], Days: days[i], Subject: subject[i] }))),
  "s.ndjson": () =>
    rows
      .map((_, i) => JSON.stringify({ Reaction: reaction[i], Days: days[i], Subject: subject[i] }))
      .join("\n"),
  "s.csv.gz": () => gzipSync(text),
  "s.parquet": () =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: "Reaction", data: reaction, type: "DOUBLE" },
          { name: "Days", data: days, type: "DOUBLE" },
          { name: "Subject", data: subject, type: "STRING" },
        ],
      }),
    ),
  "s.arrow": () =>
    tableToIPC(tableFromArrays({ Reaction: reaction, Days: days, Subject: subject }), { format: "file" })!,
};

it.each(Object.keys(files))("fits %s", async (name) => {
  const path = join(scratch, name);
  writeFileSync(path, files[name]!());
  const { out, err } = await henderson(["fit", "Reaction ~ Days + (Days | Subject)", path, "--json"]);
  expect(err).toBe("");
  expect(JSON.parse(out).remlCriterion).toBeCloseTo(1743.62827195849, 9);
});
