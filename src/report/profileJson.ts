import type { ProfileIntervals } from "../inference/profile/profileIntervals.ts";
import type { Json } from "./exactJson.ts";
import { noteJson } from "./fitJson.ts";
import { finiteOrNull } from "./numberArrays.ts";

/** `henderson/confint@1` of profile-likelihood intervals, with the profiles they were found on. */
export function profileJson({ level, criterion, intervals, notes }: ProfileIntervals): Json {
  return {
    schema: "henderson/confint@1",
    method: "profile",
    level,
    criterion,
    intervals: intervals.map((interval) => ({
      term: interval.name,
      kind: interval.kind,
      component: interval.component,
      estimate: finiteOrNull(interval.estimate),
      lower: finiteOrNull(interval.lower),
      upper: finiteOrNull(interval.upper),
      lowerIsBoundary: interval.lowerIsBoundary,
      upperIsBoundary: interval.upperIsBoundary,
      profile: interval.profile.map(({ value, zeta }) => [value, zeta]),
    })),
    notes: notes.map(noteJson),
  };
}
