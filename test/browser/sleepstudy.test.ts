// The built library in a page of headless Chromium gives the numbers that it gives in Node.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "./findChromium.ts";
import { dist, openServedPage, runInPage, type ServedPage } from "./servedPage.ts";

const program = findChromium();

/** What both sides report: plain JSON. */
interface Report {
  readonly kernels: string;
  readonly logLik: number;
  readonly sigma: number;
  readonly beta: readonly number[];
  readonly covariance: readonly number[];
  readonly modes: readonly number[];
  readonly text: string;
  readonly error: string;
}

/**
 * Runs in Node and, as text, in the page: it must not use anything from around it.
 *
 * @param library URL of dist/index.js
 */
async function fitSleepstudy({ library, csv }: { library: string; csv: string }): Promise<Report> {
  const henderson = (await import(/* @vite-ignore */ library)) as typeof import("../../src/index.ts");
  const beside = library.replace(/index\.js$/, "report.js");
  const report = (await import(/* @vite-ignore */ beside)) as typeof import("../../src/reportIndex.ts");
  const { table } = await henderson.readTable(new TextEncoder().encode(csv));
  const fitted = henderson.fit("Reaction ~ Days + (Days | Subject)", table);
  let error = "";
  try {
    henderson.fit("Reacton ~ Days", table);
  } catch (thrown) {
    if (henderson.isHendersonError(thrown)) error = thrown.code;
  }
  return {
    kernels: fitted.kernels,
    logLik: fitted.logLik,
    sigma: fitted.sigma,
    beta: [...fitted.beta],
    covariance: [...fitted.covariances[0]!.values],
    modes: [...fitted.modes[0]!],
    text: report.summaryText(report.summarize(fitted)),
    error,
  };
}

if (program === null) {
  it.skip("the library in a browser (skipped: no chromium in PATH, none named by CHROMIUM)", () => undefined);
}

describe.skipIf(program === null)("the built library in Chromium", () => {
  let served: ServedPage;

  beforeAll(async () => {
    served = await openServedPage(program!, "index.js");
  }, 60_000);

  afterAll(() => served?.close());

  it("fits sleepstudy to the numbers of Node, to 1e-9", async () => {
    const csv = readFileSync(new URL("../../examples/sleepstudy.csv", import.meta.url), "utf8");
    const here = await fitSleepstudy({ library: pathToFileURL(join(dist, "index.js")).href, csv });
    const there = await runInPage(served.page, fitSleepstudy, {
      library: `${served.origin}/index.js`,
      csv,
    });

    const close = (a: number, b: number): void =>
      expect(Math.abs(a - b), `${a} and ${b}`).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(b)));
    close(there.logLik, here.logLik);
    close(there.sigma, here.sigma);
    for (const key of ["beta", "covariance", "modes"] as const) {
      expect(there[key].length).toBe(here[key].length);
      for (const [i, value] of there[key].entries()) close(value, here[key][i]!);
    }
    expect(here.modes.length).toBe(36);
    expect(there.logLik).toBeCloseTo(-871.8141, 3);
    expect(there.kernels).toMatch(/^wasm-/);
    expect(there.error).toBe("design/unknown-column");
    // the stop rule's last digit may differ between kernels
    const shown = (text: string): string => text.split("\nConverged")[0]!;
    expect(shown(there.text)).toBe(shown(here.text));
  });

  it("loads nothing that it does not need", () => {
    const loaded = served.requests.filter((path) => !/^\/(?:favicon\.ico)?$/.test(path));
    expect(loaded).toEqual(expect.arrayContaining(["/index.js", "/report.js"]));
    // the library, and the one reader that the text needs: no Parquet, no Arrow, no command line
    expect(loaded.filter((path) => !/^\/(?:index|report|chunks\/[\w-]+)\.js$/.test(path))).toEqual([]);
    expect(loaded.filter((path) => /src-|metadata|thrift|codes/.test(path))).toEqual([]);
  });
});
