import type { Note } from "../../base/notes.ts";
import type { Model, TraitRecords } from "../../model/model.ts";

/** Whether some row has records of both traits, T x T. */
function commonRecords({ names, trait, unit, unitCount }: TraitRecords): Uint8Array {
  const T = names.length;
  const has = new Uint8Array(unitCount * T);
  trait.forEach((t, r) => {
    has[unit[r]! * T + t] = 1;
  });
  const out = new Uint8Array(T * T);
  for (let b = 0; b < T; b++) {
    for (let a = 0; a <= b; a++) {
      for (let i = 0; out[a + b * T] === 0 && i < unitCount; i++) {
        out[a + b * T] = has[i * T + a]! & has[i * T + b]!;
      }
      out[b + a * T] = out[a + b * T]!;
    }
  }
  return out;
}

/**
 * Traits that are connected by rows with several of them have one number; residuals of traits with different numbers never
 * meet, so that their covariance is not in the likelihood. Length T.
 */
export function connectedTraits(model: Model): Int32Array {
  if (model.traits === undefined) return new Int32Array(1);
  const common = commonRecords(model.traits);
  const T = model.traits.names.length;
  const group = Int32Array.from({ length: T }, (_, t) => t);
  // the number of a trait goes down to that of its neighbors until nothing moves
  for (let moved = true; moved; ) {
    moved = false;
    for (let a = 0; a < T; a++) {
      for (let b = 0; b < T; b++) {
        if (common[a + b * T] === 1 && group[b]! < group[a]!) {
          group[a] = group[b]!;
          moved = true;
        }
      }
    }
  }
  return group;
}

/** A note where no row has records of two traits: nothing tells their residual covariance. */
export function traitPairNotes(model: Model): Note[] {
  if (model.traits === undefined) return [];
  const { names } = model.traits;
  const T = names.length;
  const common = commonRecords(model.traits);
  const group = connectedTraits(model);
  const notes: Note[] = [];
  for (const connected of [false, true]) {
    const apart: string[] = [];
    for (let b = 1; b < T; b++) {
      for (let a = 0; a < b; a++) {
        if (common[a + b * T] === 0 && (group[a] === group[b]) === connected) {
          apart.push(`${names[a]!} and ${names[b]!}`);
        }
      }
    }
    if (apart.length === 0) continue;
    const value = connected ? "the value here is no estimate" : "it is kept at zero";
    notes.push({
      code: "engine/no-common-records",
      severity: "warning",
      subject: "residual",
      message: `no row has records of both ${apart.join(", nor of ")}: the data say nothing about their residual covariance, and ${value}`,
      hint: "no other estimate depends on it; hold the residual covariance at a known value with --components if you have one",
    });
  }
  return notes;
}
