import type { Terminal } from "./terminal.ts";

/** A fit shorter than this shows no progress, milliseconds. */
const PATIENCE = 500;
const REFRESH = 100;

export interface ProgressLine {
  /** Shows `text` on one line of stderr, if the work has taken long enough to wonder. */
  update(text: string): void;
  /** Takes the line away. */
  clear(): void;
}

/** One line on stderr that is rewritten in place; silent where stderr is not a terminal. */
export function progressLine(terminal: Terminal, now: () => number = () => performance.now()): ProgressLine {
  if (!terminal.interactive) return { update: () => {}, clear: () => {} };
  const started = now();
  const state = { shownAt: Number.NEGATIVE_INFINITY, visible: false };
  return {
    update(text) {
      const time = now();
      if (time - started < PATIENCE || time - state.shownAt < REFRESH) return;
      state.shownAt = time;
      state.visible = true;
      terminal.err(`\r\u001b[K${text}`);
    },
    clear() {
      if (state.visible) terminal.err("\r\u001b[K");
      state.visible = false;
    },
  };
}
