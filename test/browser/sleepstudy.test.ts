// The built library in a page of headless Chromium gives the numbers that it gives in Node.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findChromium } from "./findChromium.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const library = join(root, "dist/index.js");
const program = findChromium();
const CONTENT_TYPES: Readonly<Record<string, string>> = { ".js": "text/javascript", ".csv": "text/csv" };

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
  const requests: string[] = [];
  let server: Server;
  let browser: Browser;
  let page: Page;
  let origin = "";

  beforeAll(async () => {
    if (!existsSync(library)) throw new Error("dist is not built; run npm run build");
    server = createServer((request, response) => {
      const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://127.0.0.1").pathname));
      requests.push(path);
      const file = join(root, "dist", path);
      if (path === sep) {
        response.setHeader("content-type", "text/html");
        response.end("<!doctype html><title>henderson</title>");
      } else if (
        file.startsWith(join(root, "dist") + sep) &&
        statSync(file, { throwIfNoEntry: false })?.isFile()
      ) {
        response.setHeader("content-type", CONTENT_TYPES[file.slice(file.lastIndexOf("."))] ?? "text/plain");
        response.end(readFileSync(file));
      } else {
        response.statusCode = 404;
        response.end();
      }
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    browser = await chromium.launch({
      executablePath: program!,
      args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
    });
    page = await browser.newPage();
    await page.goto(origin);
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it("fits sleepstudy to the numbers of Node, to 1e-9", async () => {
    const csv = readFileSync(join(root, "examples/sleepstudy.csv"), "utf8");
    const here = await fitSleepstudy({ library: pathToFileURL(library).href, csv });
    // as text: what the test runner adds to imports stays behind
    const script = `(${fitSleepstudy.toString().replace(/__vi_import__|__vite_ssr_dynamic_import__/g, "import")})`;
    const there = (await page.evaluate(
      `${script}(${JSON.stringify({ library: `${origin}/index.js`, csv })})`,
    )) as Report;

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
    const loaded = requests.filter((path) => !/^\/(?:favicon\.ico)?$/.test(path));
    expect(loaded).toEqual(expect.arrayContaining(["/index.js", "/report.js"]));
    // the library, and the one reader that the text needs: no Parquet, no Arrow, no command line
    expect(loaded.filter((path) => !/^\/(?:index|report|chunks\/[\w-]+)\.js$/.test(path))).toEqual([]);
    expect(loaded.filter((path) => /src-|metadata|thrift|codes/.test(path))).toEqual([]);
  });
});
