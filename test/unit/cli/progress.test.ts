import { describe, expect, it } from "vitest";
import { progressLine } from "../../../src/cli/progress.ts";
import type { Terminal } from "../../../src/cli/terminal.ts";

function recorded(interactive: boolean): { terminal: Terminal; written: string[] } {
  const written: string[] = [];
  const terminal: Terminal = {
    out: () => {},
    err: (text) => {
      written.push(text);
    },
    interactive,
    color: false,
    readStdin: async () => new Uint8Array(0),
  };
  return { terminal, written };
}

describe("the progress line", () => {
  it("appears after half a second, is rewritten ten times a second and taken away", () => {
    const { terminal, written } = recorded(true);
    const clock = { time: 0 };
    const line = progressLine(terminal, () => clock.time);
    for (clock.time = 0; clock.time <= 800; clock.time += 50) line.update(`at ${clock.time}`);
    line.clear();
    expect(written).toEqual([
      "\r\u001b[Kat 500",
      "\r\u001b[Kat 600",
      "\r\u001b[Kat 700",
      "\r\u001b[Kat 800",
      "\r\u001b[K",
    ]);
  });

  it("is a plain line every ten seconds, after five, where stderr is not a terminal", () => {
    const { terminal, written } = recorded(false);
    const clock = { time: 0 };
    const line = progressLine(terminal, () => clock.time);
    for (clock.time = 0; clock.time <= 30_000; clock.time += 1000) line.update(`at ${clock.time}`);
    line.clear();
    expect(written).toEqual(["at 5000\n", "at 15000\n", "at 25000\n"]);
  });

  it("leaves nothing where nothing was shown", () => {
    for (const interactive of [true, false]) {
      const short = recorded(interactive);
      const line = progressLine(short.terminal, () => 1e6);
      line.update("text");
      line.clear();
      expect(short.written).toEqual([]);
    }
  });
});
