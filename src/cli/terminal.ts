import { writeSync } from "node:fs";
import { unwritable } from "./files.ts";

/** Where a command writes: results to `out`, progress, notes and errors to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** whether `err` may be colored and its last line rewritten */
  readonly interactive: boolean;
  readonly color: boolean;
  readStdin(): Promise<Uint8Array>;
}

/** The terminal of this process. Writing is synchronous, so that nothing is lost when the process ends. */
export function processTerminal(environment: NodeJS.ProcessEnv = process.env): Terminal {
  const interactive = process.stderr.isTTY === true;
  const color = interactive && (environment.NO_COLOR ?? "") === "" && environment.TERM !== "dumb";
  return {
    out: (text) => writeAll(1, text),
    err: (text) => writeAll(2, text),
    interactive,
    color,
    readStdin,
  };
}

/** A reader that has gone away (`| head`) ends the program quietly, as it ends other filters. */
function writeAll(descriptor: 1 | 2, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EPIPE") process.exit(0);
      if (code === "EAGAIN") waitBriefly();
      else if (descriptor === 1) throw unwritable("standard output", error as NodeJS.ErrnoException);
      // nowhere is left to say that stderr cannot be written
      else return;
    }
  }
}

/** A pipe whose reader is slow refuses bytes for the moment; there is nothing else to do meanwhile. */
function waitBriefly(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}
