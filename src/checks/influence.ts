// How the estimates move when a record or a group is left out. Exact at fixed covariances; see influenceUpdate.ts for what
// the variance parameters do. Definitions: Cook (1977) and Belsley, Kuh & Welsch (1980) with Var(b) of the mixed model
// (Christensen, Pearson & Johnson 1992, Technometrics 34, 38; Demidenko & Stukel 2005, Stat. Med. 24, 893).

import type { Note } from "../base/notes.ts";
import { chiSquaredCdf } from "../distributions/gamma.ts";
import type { FitResult } from "../fit/result.ts";
import { solvedFit } from "../fit/solvedFit.ts";
import type { Matrix } from "../linalg/matrix.ts";
import { createFixedDirections } from "./fixedDirections.ts";
import { createSetDeleter } from "./groupDeletion.ts";
import type { Influence, InfluenceOptions } from "./influenceResult.ts";
import { createTally } from "./influenceTally.ts";
import { oneStepInfluence, refittedInfluence } from "./influenceUpdate.ts";
import { coefficientLabels, recordLabel } from "./labels.ts";
import {
  lostCoefficients,
  reportProgress,
  requireGroups,
  undeterminedNotes,
  withoutNotes,
} from "./leaveGroupOut.ts";
import { leaveOneOut, rowDeletionOf } from "./leaveOneOut.ts";

/**
 * Influence of records or groups on the fixed effects: at the estimated variances, exactly and without refits; with
 * `update` also on the variances.
 *
 * @throws HendersonError as `leaveOneOut` and `leaveGroupOut`
 */
export function influence(fit: FitResult, options: InfluenceOptions = {}): Influence {
  const held =
    options.group === undefined ? recordInfluence(fit, options) : groupInfluence(fit, options.group, options);
  switch (options.update ?? "none") {
    case "none":
      return held;
    case "one-step":
      return oneStepInfluence(fit, held, options);
    case "refit":
      return refittedInfluence(fit, held, options);
  }
}

function groupInfluence(fit: FitResult, group: string, options: InfluenceOptions): Influence {
  const solved = solvedFit(fit, "influence");
  const groups = requireGroups(fit, group, options);
  const tally = createTally(fit, groups.levels.length);
  const { delete: leaveOut } = createSetDeleter(solved);
  const chiSquared = new Float64Array(groups.levels.length);
  const undetermined: string[] = [];
  const lost = new Map<string, readonly string[]>();
  groups.members.forEach((set, u) => {
    const deleted = leaveOut(set);
    const names = lostCoefficients(fit, deleted.nullDirections);
    if (deleted.nullDirections.length > 0) {
      undetermined.push(groups.levels[u]!);
      lost.set(groups.levels[u]!, names);
    }
    tally.add(u, deleted.change, deleted.covariance.values, names);
    set.forEach((r, s) => {
      chiSquared[u]! += solved.weightedErrors[r]! * deleted.residuals[s]!;
    });
    reportProgress(options, u + 1, groups.levels.length);
  });
  const sizes = Int32Array.from(groups.members, (set) => set.length);
  return {
    left: group,
    labels: groups.levels,
    sizes,
    coefficients: coefficientLabels(fit),
    ...tally.results,
    ...withProbability(chiSquared, sizes),
    lost,
    notes: [
      ...withoutNotes(groups),
      ...undeterminedNotes(fit, groups, undetermined),
      ...noFixedEffectsNotes(fit, options.update),
    ],
  };
}

/** The leading p x p values. */
function leading({ rows, values }: Matrix, p: number): Float64Array {
  return Float64Array.from({ length: p * p }, (_, at) => values[(at % p) + Math.floor(at / p) * rows]!);
}

function recordInfluence(fit: FitResult, options: InfluenceOptions): Influence {
  const solved = solvedFit(fit, "influence");
  const deletion = rowDeletionOf(fit, "influence");
  const { fixed } = solved.unknowns;
  const q = fixed.matrix.columns;
  const p = fit.beta.length;
  const A = fixed.toUser.values;
  const n = fit.nobs;
  const tally = createTally(fit, n);
  const before = solved.userCovariance();
  const change = new Float64Array(p);
  const B = new Float64Array(p);
  const covariance = new Float64Array(p * p);
  const labels = Array.from({ length: n }, (_, i) => recordLabel(fit, i));
  const lost = new Map<string, readonly string[]>();
  const alone = new Set(deletion.undetermined);
  const directions = createFixedDirections(solved);
  for (let r = 0; r < n; r++) {
    if (alone.has(r)) {
      // the fit goes through it whatever its value, so that nothing that is left changes
      const names = lostCoefficients(fit, [directions.soleDirection(r)]);
      lost.set(labels[r]!, names);
      change.fill(0);
      tally.add(r, change, leading(before, p), names);
      continue;
    }
    const residual = deletion.weighted[r]! / deletion.precision[r]!;
    for (let i = 0; i < p; i++) {
      let sum = 0;
      for (let j = i; j < q; j++) sum += A[i + j * q]! * deletion.fixed.values[r + j * n]!;
      B[i] = sum;
      change[i] = sum * residual;
    }
    for (let j = 0; j < p; j++) {
      for (let i = 0; i < p; i++) {
        covariance[i + j * p] =
          before.values[i + j * before.rows]! + (B[i]! * B[j]!) / deletion.precision[r]!;
      }
    }
    tally.add(r, change, covariance, []);
    if ((r & 4095) === 4095) reportProgress(options, r + 1, n);
  }
  const sizes = new Int32Array(n).fill(1);
  const chiSquared = deletion.precision.map((P, r) => (P > 0 ? deletion.weighted[r]! ** 2 / P : Number.NaN));
  return {
    left: "row",
    labels,
    sizes,
    coefficients: coefficientLabels(fit),
    ...tally.results,
    ...withProbability(chiSquared, sizes),
    lost,
    notes: [...leaveOneOut(fit).notes, ...noFixedEffectsNotes(fit, options.update)],
  };
}

function withProbability(
  chiSquared: Float64Array,
  sizes: Int32Array,
): Pick<Influence, "chiSquared" | "chiSquaredP"> {
  const p = chiSquared.map((x, u) =>
    Number.isNaN(x) ? Number.NaN : chiSquaredCdf(x, sizes[u]!, { lower: false }),
  );
  return { chiSquared, chiSquaredP: p };
}

/** What is missing where there is nothing to move; the distance from what the others predict is there. */
export function noFixedEffectsNotes(
  fit: FitResult,
  update: InfluenceOptions["update"] = "none",
): readonly Note[] {
  if (fit.beta.length > 0) return [];
  return [
    {
      code: "checks/no-fixed-effects",
      severity: "info",
      message:
        "the model has no fixed effects, so there are no Cook's distances, MDFFITS, COVRATIO or DFBETAS; chi-squared tells how far a unit is from what the others predict",
      ...(update === "none"
        ? { hint: "one step of the variances, or refits, show how a unit moves them (--update one-step)" }
        : {}),
    },
  ];
}
