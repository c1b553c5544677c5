import type { Terminal } from "./terminal.ts";

/** A fit shorter than this shows no progress, milliseconds. */
const PATIENCE = 500;
const REFRESH = 100;
/** The same where stderr is a file or a pipe: there every message stays. */
const PLAIN_PATIENCE = 5000;
const PLAIN_REFRESH = 10_000;

export interface ProgressLine {
  /** Shows `text` on one line of stderr, if the work has taken long enough to wonder. */
  update(text: string): void;
  /** Takes the line away. */
  clear(): void;
}

/** Shows nothing, for `--quiet`. */
export const noProgress: ProgressLine = { update: () => {}, clear: () => {} };

/** One line on stderr that is rewritten in place; where stderr is no terminal, a plain line every ten seconds. */
export function progressLine(terminal: Terminal, now: () => number = () => performance.now()): ProgressLine {
  const { interactive } = terminal;
  const patience = interactive ? PATIENCE : PLAIN_PATIENCE;
  const refresh = interactive ? REFRESH : PLAIN_REFRESH;
  const started = now();
  const state = { shownAt: Number.NEGATIVE_INFINITY, visible: false };
  return {
    update(text) {
      const time = now();
      if (time - started < patience || time - state.shownAt < refresh) return;
      state.shownAt = time;
      state.visible = interactive;
      terminal.err(interactive ? `\r\u001b[K${text}` : `${text}\n`);
    },
    clear() {
      if (state.visible) terminal.err("\r\u001b[K");
      state.visible = false;
    },
  };
}
