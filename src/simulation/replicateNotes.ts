import type { Note } from "../base/notes.ts";
import type { ReplicateRun } from "./runJob.ts";

/** What a user should know about how the refits ended. */
export function replicateNotes(
  { failed, notConverged, boundary }: Pick<ReplicateRun, "failed" | "notConverged" | "boundary">,
  done: number,
): Note[] {
  const notes: Note[] = [];
  if (failed > 0) {
    notes.push({
      code: "simulation/failed-refits",
      severity: "warning",
      message: `${failed} of ${done} replicates could not be fitted and are left out`,
      hint: "simulate a response (henderson simulate) and fit it to see why",
    });
  }
  if (notConverged > 0) {
    notes.push({
      code: "simulation/not-converged",
      severity: notConverged > 0.01 * done ? "warning" : "info",
      message: `in ${notConverged} of ${done} replicates a search stopped before a minimum was certain; they count with the best point found`,
      ...(notConverged > 0.01 * done ? { hint: "simplify the random terms" } : {}),
    });
  }
  if (boundary > 0) {
    notes.push({
      code: "simulation/boundary-refits",
      severity: "info",
      message: `${boundary} of ${done} refits ended at a boundary (a variance of zero, or effects that are perfectly correlated); they count`,
    });
  }
  return notes;
}
