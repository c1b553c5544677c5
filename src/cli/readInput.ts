import { readFile } from "./files.ts";
import type { Terminal } from "./terminal.ts";

/**
 * The bytes of a file, or of standard input for `-`.
 *
 * @param argument the option or argument that names it, for messages
 */
export async function readInput(path: string, terminal: Terminal, argument?: string): Promise<Uint8Array> {
  return path === "-" ? await terminal.readStdin() : readFile(path, argument);
}
