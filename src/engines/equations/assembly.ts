// Where every number of the mixed model equations goes. The coefficient matrix in Lambda form,
//
//   M = sum_m [ Lambda'Z'R_m^-1Z Lambda   Lambda'Z'R_m^-1F ] + [ I (x) K^-1   0 ],
//             [ F'R_m^-1Z Lambda          F'R_m^-1F        ]   [ 0            0 ]
//
// is held as chunks (a pair of nodes, a pattern m of measured traits, the cross-products of their columns) and as the
// entries of K^-1, both in the order of the factor's columns.

import { patternFromCliques } from "../../linalg/sparse/pattern.ts";
import { analyze, type SymbolicFactor } from "../../linalg/sparse/symbolic.ts";
import type { Records } from "./records.ts";
import { patternOfUnits, type ResidualUnits } from "./residual.ts";
import type { Unknowns } from "./unknowns.ts";

/** Cross-products W_row' W_column of two nodes over the units of a pattern (weighted), row >= column in the factor. */
interface Chunks {
  readonly count: number;
  /** first scalar position of the row node and the column node */
  readonly row: Int32Array;
  readonly column: Int32Array;
  /** groups of the two nodes */
  readonly rowGroup: Int32Array;
  readonly columnGroup: Int32Array;
  readonly pattern: Int32Array;
  /** rowWidth x columnWidth values, column-major, from here; full where row and column are one node */
  readonly offset: Int32Array;
  readonly values: Float64Array;
  /** per supernode, the first chunk that reaches into its columns */
  readonly first: Int32Array;
}

/** Entries of K^-1, each standing for a multiple of the identity between two nodes; row >= column in the factor. */
interface KinshipEntries {
  readonly count: number;
  readonly row: Int32Array;
  readonly column: Int32Array;
  readonly component: Int32Array;
  /** scalar unknowns of the two nodes, in the order of row and column */
  readonly rowUnknown: Int32Array;
  readonly columnUnknown: Int32Array;
  readonly values: Float64Array;
  readonly first: Int32Array;
}

export interface Assembly {
  readonly unknowns: Unknowns;
  readonly symbolic: SymbolicFactor;
  readonly chunks: Chunks;
  readonly kinship: KinshipEntries;
}

/** The symbolic factor of the union of all patterns: minimum degree on levels, fixed columns last. */
export function analyzeEquations(unknowns: Unknowns, records: Records, units: ResidualUnits): SymbolicFactor {
  const nodes = unitNodes(unknowns, records, units);
  let edges = 0;
  for (const { kinship } of unknowns.components) edges += kinship.inverse.rows.length - kinship.inverse.size;
  const cliques = new Int32Array(units.count + edges + 1);
  cliques.set(nodes.pointers);
  const members = new Int32Array(nodes.members.length + 2 * edges);
  members.set(nodes.members);
  let end = nodes.members.length;
  let clique = units.count;
  for (const { kinship, firstNode } of unknowns.components) {
    const { size, pointers, rows } = kinship.inverse;
    for (let j = 0; j < size; j++) {
      for (let e = pointers[j]!; e < pointers[j + 1]!; e++) {
        if (rows[e] === j) continue;
        members[end++] = firstNode + j;
        members[end++] = firstNode + rows[e]!;
        cliques[++clique] = end;
      }
    }
  }
  const pattern = patternFromCliques(unknowns.nodes, cliques, members);
  return analyze(pattern, { widths: unknowns.widths, last: unknowns.nodes - unknowns.randomNodes });
}

interface UnitNodes {
  /** distinct nodes of unit i: members[pointers[i]] .. */
  readonly pointers: Int32Array;
  readonly members: Int32Array;
}

function unitNodes(unknowns: Unknowns, records: Records, units: ResidualUnits): UnitNodes {
  const nodeOf = nodesOfUnknowns(unknowns);
  const pointers = new Int32Array(units.count + 1);
  const members = new Int32Array(records.columns.length);
  const seen = new Int32Array(unknowns.nodes).fill(-1);
  let end = 0;
  for (let i = 0; i < units.count; i++) {
    for (let a = units.pointers[i]!; a < units.pointers[i + 1]!; a++) {
      const r = units.records[a]!;
      for (let e = records.pointers[r]!; e < records.pointers[r + 1]!; e++) {
        const node = nodeOf[records.columns[e]!]!;
        if (seen[node] === i) continue;
        seen[node] = i;
        members[end++] = node;
      }
    }
    pointers[i + 1] = end;
  }
  return { pointers, members: members.slice(0, end) };
}

function nodesOfUnknowns({ size, nodes, firstOf, widths }: Unknowns): Int32Array {
  const nodeOf = new Int32Array(size);
  for (let node = 0; node < nodes; node++) nodeOf.fill(node, firstOf[node]!, firstOf[node]! + widths[node]!);
  return nodeOf;
}

/** Cross-products and K^-1 in the order of the factor. */
export function assemble(
  unknowns: Unknowns,
  records: Records,
  units: ResidualUnits,
  symbolic: SymbolicFactor,
): Assembly {
  return {
    unknowns,
    symbolic,
    chunks: collectChunks(unknowns, records, units, symbolic),
    kinship: collectKinship(unknowns, symbolic),
  };
}

/** Columns of W'W one node at a time, by the units that meet the node (Gustavson's row-wise product). */
function collectChunks(
  unknowns: Unknowns,
  records: Records,
  units: ResidualUnits,
  symbolic: SymbolicFactor,
): Chunks {
  const { nodes, widths, groupOf, firstOf } = unknowns;
  const nodeOf = nodesOfUnknowns(unknowns);
  const meets = transpose(unitNodes(unknowns, records, units), nodes);
  const patternOf = patternOfUnits(units);
  const position = Int32Array.from(firstOf, (scalar) => symbolic.permutation[scalar]!);
  const order = nodesByPosition(unknowns, symbolic, nodeOf);
  const mark = new Int32Array(nodes).fill(-1);
  const { rootWeights } = units;

  let count = 0;
  let doubles = 0;
  let out = emptyChunks(0, 0, symbolic.supernodeCount);
  for (let pass = 0; pass < 2; pass++) {
    count = 0;
    doubles = 0;
    mark.fill(-1);
    for (let k = 0; k < nodes; k++) {
      const column = order[k]!;
      const own = position[column]!;
      let firstOfRun = count;
      let run = -1;
      for (let q = meets.pointers[column]!; q < meets.pointers[column + 1]!; q++) {
        const i = meets.members[q]!;
        if (patternOf[i] !== run) {
          run = patternOf[i]!;
          firstOfRun = count;
        }
        for (let b = units.pointers[i]!; b < units.pointers[i + 1]!; b++) {
          const rb = units.records[b]!;
          for (let f = records.pointers[rb]!; f < records.pointers[rb + 1]!; f++) {
            const y = records.columns[f]!;
            if (nodeOf[y] !== column) continue;
            const vb = records.values[f]! * (rootWeights === null ? 1 : rootWeights[rb]!);
            for (let a = units.pointers[i]!; a < units.pointers[i + 1]!; a++) {
              const ra = units.records[a]!;
              const weight = rootWeights === null ? vb : vb * rootWeights[ra]!;
              for (let e = records.pointers[ra]!; e < records.pointers[ra + 1]!; e++) {
                const x = records.columns[e]!;
                const node = nodeOf[x]!;
                if (position[node]! < own) continue;
                let chunk = mark[node]!;
                if (chunk < firstOfRun) {
                  chunk = count++;
                  mark[node] = chunk;
                  if (pass === 1) {
                    out.row[chunk] = position[node]!;
                    out.column[chunk] = own;
                    out.rowGroup[chunk] = groupOf[node]!;
                    out.columnGroup[chunk] = groupOf[column]!;
                    out.pattern[chunk] = run;
                    out.offset[chunk] = doubles;
                  }
                  doubles += widths[node]! * widths[column]!;
                }
                if (pass === 0) continue;
                const at = out.offset[chunk]! + x - firstOf[node]! + (y - firstOf[column]!) * widths[node]!;
                out.values[at]! += weight * records.values[e]!;
              }
            }
          }
        }
      }
    }
    if (pass === 0) out = emptyChunks(count, doubles, symbolic.supernodeCount);
  }
  markFirst(symbolic, count, (b) => out.column[b]! + groupWidth(unknowns, out.columnGroup[b]!), out.first);
  return out;
}

function emptyChunks(count: number, doubles: number, supernodes: number): Chunks {
  const integers = (): Int32Array => new Int32Array(count);
  return {
    count,
    row: integers(),
    column: integers(),
    rowGroup: integers(),
    columnGroup: integers(),
    pattern: integers(),
    offset: integers(),
    values: new Float64Array(doubles),
    first: new Int32Array(supernodes),
  };
}

/** Width of the nodes of a group. */
export function groupWidth({ components }: Unknowns, group: number): number {
  return group < components.length ? components[group]!.width : 1;
}

/** first[s] = the first item whose columns end after the start of supernode s (items are sorted by column). */
function markFirst(
  symbolic: SymbolicFactor,
  count: number,
  end: (item: number) => number,
  first: Int32Array,
): void {
  let item = 0;
  for (let s = 0; s < symbolic.supernodeCount; s++) {
    while (item < count && end(item) <= symbolic.starts[s]!) item++;
    first[s] = item;
  }
}

function nodesByPosition(unknowns: Unknowns, symbolic: SymbolicFactor, nodeOf: Int32Array): Int32Array {
  const order = new Int32Array(unknowns.nodes);
  for (let k = 0, at = 0; k < unknowns.nodes; k++) {
    const node = nodeOf[symbolic.inversePermutation[at]!]!;
    order[k] = node;
    at += unknowns.widths[node]!;
  }
  return order;
}

/** Units of every node, ascending. */
function transpose({ pointers, members }: UnitNodes, nodes: number): UnitNodes {
  const starts = new Int32Array(nodes + 1);
  for (let e = 0; e < members.length; e++) starts[members[e]! + 1]!++;
  for (let node = 0; node < nodes; node++) starts[node + 1]! += starts[node]!;
  const next = starts.slice(0, nodes);
  const units = new Int32Array(members.length);
  for (let i = 0; i + 1 < pointers.length; i++) {
    for (let e = pointers[i]!; e < pointers[i + 1]!; e++) units[next[members[e]!]!++] = i;
  }
  return { pointers: starts, members: units };
}

function collectKinship(unknowns: Unknowns, symbolic: SymbolicFactor): KinshipEntries {
  const { components, size } = unknowns;
  const { permutation } = symbolic;
  let count = 0;
  for (const { kinship } of components) count += kinship.inverse.rows.length;
  const starts = new Int32Array(size + 1);
  const visit = (use: (component: number, row: number, column: number, value: number) => void): void => {
    components.forEach(({ kinship, first, width }, c) => {
      const { size: levels, pointers, rows, values } = kinship.inverse;
      for (let j = 0; j < levels; j++) {
        for (let e = pointers[j]!; e < pointers[j + 1]!; e++) {
          const a = first + j * width;
          const b = first + rows[e]! * width;
          if (permutation[a]! > permutation[b]!) use(c, a, b, values[e]!);
          else use(c, b, a, values[e]!);
        }
      }
    });
  };
  visit((_, __, column) => starts[permutation[column]! + 1]!++);
  for (let i = 0; i < size; i++) starts[i + 1]! += starts[i]!;
  const out: KinshipEntries = {
    count,
    row: new Int32Array(count),
    column: new Int32Array(count),
    component: new Int32Array(count),
    rowUnknown: new Int32Array(count),
    columnUnknown: new Int32Array(count),
    values: new Float64Array(count),
    first: new Int32Array(symbolic.supernodeCount),
  };
  visit((component, row, column, value) => {
    const at = starts[permutation[column]!]!++;
    out.row[at] = permutation[row]!;
    out.column[at] = permutation[column]!;
    out.component[at] = component;
    out.rowUnknown[at] = row;
    out.columnUnknown[at] = column;
    out.values[at] = value;
  });
  markFirst(symbolic, count, (e) => out.column[e]! + components[out.component[e]!]!.width, out.first);
  return out;
}
