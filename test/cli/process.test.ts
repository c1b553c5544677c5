// The built program as a process: what only the operating system can show.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const program = join(root, "dist/cli.js");
const built = existsSync(program);
const formula = "Reaction ~ Days + (Days | Subject)";
const scratch = mkdtempSync(join(tmpdir(), "henderson-process-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

it.skipIf(built)("the program (skipped: dist/cli.js is not built, run npm run build)", () => undefined);

/** 400000 rows in 100003 groups: long enough to interrupt. */
function longData(): string {
  const path = join(scratch, "long.csv");
  const lines = ["y,x,g"];
  for (let i = 0; i < 400_000; i++) lines.push(`${(i * 7919) % 1009},${(i * 31) % 97},${i % 100_003}`);
  writeFileSync(path, lines.join("\n"));
  return path;
}

describe.skipIf(!built)("the built program", () => {
  it("fits sleepstudy in under half a second", () => {
    const times = Array.from({ length: 3 }, () => {
      const start = performance.now();
      const { status } = spawnSync(process.execPath, [program, "fit", formula, "examples/sleepstudy.csv"], {
        cwd: root,
      });
      expect(status).toBe(0);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(500);
  });

  it("ends quietly when the reader of its output goes away", () => {
    const data = join(scratch, "wide.csv");
    writeFileSync(
      data,
      `y,x\n${Array.from({ length: 50_000 }, (_, i) => `${(i * 7) % 11},${i}`).join("\n")}\n`,
    );
    const command = `"${process.execPath}" "${program}" augment 'y ~ x' --data "${data}" | head -1`;
    const { stdout, stderr, status } = spawnSync("sh", ["-c", command], { encoding: "utf8" });
    expect({ stdout, stderr, status }).toEqual({
      stdout: "y,x,.fitted,.resid,.fixed\n",
      stderr: "",
      status: 0,
    });
  });

  it.skipIf(!existsSync("/dev/fd"))(
    "reads fits and data from pipes, and knows before that they are none of its mistakes",
    () => {
      const henderson = `"${process.execPath}" "${program}"`;
      const fitted = `${henderson} fit '${formula}' <(cat examples/sleepstudy.csv) --json`;
      const command = `${henderson} predict <(${fitted}) <(head -2 examples/sleepstudy.csv) --data examples/sleepstudy.csv`;
      const { stdout, stderr, status } = spawnSync("bash", ["-c", command], { cwd: root, encoding: "utf8" });
      expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
      expect(stdout).toMatch(/^Reaction,Days,Subject,\.prediction\n249\.56,0,308,251\.405/);
    },
  );

  it.skipIf(!existsSync("/dev/full"))("says that a full disk keeps it from writing, with exit 2", () => {
    const command = `"${process.execPath}" "${program}" fit '${formula}' examples/sleepstudy.csv > /dev/full`;
    const { stderr, status } = spawnSync("sh", ["-c", command], { cwd: root, encoding: "utf8" });
    expect(stderr).toBe("error cli/file-unwritable: standard output cannot be written: the disk is full\n");
    expect(status).toBe(2);
  });

  it("ends with 130 in the shell when interrupted, and leaves no half-written file", async () => {
    const path = join(scratch, "interrupted.json");
    const words = [program, "fit", "y ~ x + (x | g)", longData(), "--save", path, "--trace"];
    const child = spawn(process.execPath, words, { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
    const ended = new Promise<NodeJS.Signals | null>((resolve) => {
      child.on("exit", (_, signal) => resolve(signal));
    });
    child.stderr.once("data", () => child.kill("SIGINT"));
    // a shell reports a process that SIGINT ended as 128 + 2
    expect(await ended).toBe("SIGINT");
    expect(readdirSync(scratch).filter((name) => name.includes("interrupted"))).toEqual([]);
  }, 60_000);

  it("writes no color into a pipe and reports its version", () => {
    const { stderr } = spawnSync(process.execPath, [program, "fit", "y ~ x", "nowhere.csv"], {
      encoding: "utf8",
    });
    expect(stderr).toMatch(/^error cli\/file-not-found: /);
    const { stdout } = spawnSync(process.execPath, [program, "--version"], { encoding: "utf8" });
    const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
    expect(stdout).toBe(`${version}\n`);
  });
});
