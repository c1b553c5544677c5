// A page of headless Chromium on an origin that serves the built library and nothing else.
import { existsSync, readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, normalize, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Page } from "playwright-core";

/** The folder of the built library. */
export const dist: string = fileURLToPath(new URL("../../dist", import.meta.url));

export interface ServedPage {
  readonly page: Page;
  /** `http://127.0.0.1:port`; dist/index.js is `${origin}/index.js` */
  readonly origin: string;
  /** paths that the page asked for, in order */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

/**
 * @param program Chromium's executable
 * @param built a file of dist that must be there
 */
export async function openServedPage(program: string, built: string): Promise<ServedPage> {
  if (!existsSync(join(dist, built))) throw new Error("dist is not built; run npm run build");
  // first: where it cannot start there is no server to close
  const browser = await chromium.launch({
    executablePath: program,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  const requests: string[] = [];
  const server = serveDist(requests);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const page = await browser.newPage();
  await page.goto(origin);
  return {
    page,
    origin,
    requests,
    async close() {
      await browser.close();
      server.close();
    },
  };
}

/** Runs a function in the page. It travels as text and must not use anything from around it. */
export async function runInPage<Input, Result>(
  page: Page,
  program: (input: Input) => Promise<Result>,
  input: Input,
): Promise<Result> {
  // what the test runner adds to imports stays behind
  const script = program.toString().replace(/__vi_import__|__vite_ssr_dynamic_import__/g, "import");
  return (await page.evaluate(`(${script})(${JSON.stringify(input)})`)) as Result;
}

function serveDist(requests: string[]): Server {
  return createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://127.0.0.1").pathname));
    requests.push(path);
    const file = join(dist, path);
    if (path === sep) {
      response.setHeader("content-type", "text/html");
      response.end("<!doctype html><title>henderson</title>");
    } else if (file.startsWith(dist + sep) && statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.setHeader("content-type", file.endsWith(".js") ? "text/javascript" : "text/plain");
      response.end(readFileSync(file));
    } else {
      response.statusCode = 404;
      response.end();
    }
  });
}
