import type { LevelProducts } from "./confounding.ts";
import type { CrossedStatistics } from "./crossedStatistics.ts";

/** What factor f shares with itself and with the fixed columns, level by level, from the statistics at hand. */
export function crossedLevelProducts(statistics: CrossedStatistics, f: number): LevelProducts {
  const { leaf, base, fixedColumns: p } = statistics;
  const { levels, width: S } = statistics.factors[f]!;
  const starts = statistics.starts[f]!;
  const tails = f === 0 ? leaf.tails : base.tails;
  const own = new Float64Array(levels * S);
  if (f === 0) {
    for (let i = 0; i < own.length; i++) own[i] = leaf.a[i * S + (i % S)]!;
  } else {
    const at = new Float64Array(statistics.randomSize);
    for (let b = 0; b < base.count; b++) {
      if (base.row[b] !== base.column[b] || base.rowFactor[b] !== f) continue;
      for (let s = 0; s < S; s++) at[base.row[b]! + s] = base.values[base.offset[b]! + s * (S + 1)]!;
    }
    for (let l = 0; l < levels; l++) for (let s = 0; s < S; s++) own[l * S + s] = at[starts[l]! + s]!;
  }
  return {
    levels,
    width: S,
    own: (level, s) => own[level * S + s]!,
    fixed: (level, s, k) => tails[(starts[level]! + s) * (p + 1) + k]!,
  };
}
