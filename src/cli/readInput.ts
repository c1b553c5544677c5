import { readFile } from "./files.ts";
import type { Terminal } from "./terminal.ts";

/** The bytes of a file, or of standard input for `-`. */
export async function readInput(path: string, terminal: Terminal): Promise<Uint8Array> {
  return path === "-" ? await terminal.readStdin() : readFile(path);
}
