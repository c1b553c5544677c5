/** Levels sorted into blocks that are not related: block b holds order[starts[b]] .. order[starts[b + 1] - 1]. */
interface ConnectedBlocks {
  readonly order: Int32Array;
  readonly starts: Int32Array;
}

/** The connected components of a graph, each with ascending members, in order of their first member. */
export function connectedBlocks(
  size: number,
  edges: (visit: (i: number, j: number) => void) => void,
): ConnectedBlocks {
  const above = Int32Array.from({ length: size }, (_, i) => i);
  const root = (i: number): number => {
    let r = i;
    while (above[r] !== r) {
      above[r] = above[above[r]!]!;
      r = above[r]!;
    }
    return r;
  };
  edges((i, j) => {
    const a = root(i);
    const b = root(j);
    if (a !== b) above[Math.max(a, b)] = Math.min(a, b);
  });
  const blockOf = new Int32Array(size).fill(-1);
  const counts: number[] = [];
  for (let i = 0; i < size; i++) {
    const r = root(i);
    if (blockOf[r]! < 0) blockOf[r] = counts.push(0) - 1;
    blockOf[i] = blockOf[r]!;
    counts[blockOf[i]!]!++;
  }
  const starts = new Int32Array(counts.length + 1);
  counts.forEach((count, b) => {
    starts[b + 1] = starts[b]! + count;
  });
  const next = starts.slice();
  const order = new Int32Array(size);
  for (let i = 0; i < size; i++) order[next[blockOf[i]!]!++] = i;
  return { order, starts };
}
