import { bytesText, durationText } from "../engines/equations/costModel.ts";
import { equationsEngine } from "../engines/equations/equations.ts";
import { fit as fitFormula } from "../fit/fit.ts";
import type { FitOptions } from "../fit/options.ts";
import type { FitResult } from "../fit/result.ts";
import { explainedByData } from "./explainedByData.ts";
import type { OpenedData } from "./openData.ts";
import { noProgress, type ProgressLine, progressLine } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

/** Predicted seconds of an iteration from which on they are announced. */
const SLOW = 20;

/** Fits a formula to opened data, with progress and the trace, where asked for, on stderr. */
export function fitToData(
  formula: string,
  data: OpenedData,
  options: FitOptions,
  terminal: Terminal,
  line: ProgressLine = progressLine(terminal),
): FitResult {
  try {
    return fitFormula(formula, data.table, {
      ...options,
      engines: [equationsEngine],
      onProgress: ({ iteration, objective, decrement }) => {
        const text = `iteration ${iteration}: -2 log-likelihood ${objective.toFixed(6)}, expected gain ${decrement.toExponential(1)}`;
        if (options.trace === true) terminal.err(`${text}\n`);
        else line.update(text);
        return undefined;
      },
      onPlan: ({ solver, unknowns, seconds, bytes }) => {
        if (line === noProgress) return;
        if (solver === "iteration") line.update(`${unknowns} mixed model equations, solved by iteration`);
        else if (seconds !== null && seconds > SLOW) {
          line.clear();
          terminal.err(
            `${unknowns} mixed model equations: about ${durationText(seconds)} an iteration on one core, and ${bytesText(bytes ?? 0)} of memory\n`,
          );
        }
      },
      onSolverProgress: ({ iteration, residual, solution = 1, solutions = 1 }) => {
        const which = solutions > 1 ? ` (${solution} of ${solutions})` : "";
        line.update(`solving${which}: round ${iteration}, residual ${residual.toExponential(1)}`);
        return undefined;
      },
    });
  } catch (error) {
    throw explainedByData(error, formula, data.notes);
  } finally {
    line.clear();
  }
}
