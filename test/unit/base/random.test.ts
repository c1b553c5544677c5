import { describe, expect, it } from "vitest";
import { randomStream } from "../../../src/base/random.ts";

describe("a random stream", () => {
  it("repeats for the same seed and keys, and differs for others", () => {
    const draw = (...keys: [number, ...number[]]): number[] => {
      const stream = randomStream(...keys);
      return Array.from({ length: 5 }, () => stream.bits());
    };
    expect(draw(1)).toEqual(draw(1));
    const streams = [draw(1), draw(2), draw(1, 0), draw(1, 1), draw(1.5), draw(0), draw(-1), draw(2 ** 40)];
    expect(new Set(streams.flat()).size).toBe(5 * streams.length);
  });

  it("is uniform and without correlation between neighbors", () => {
    const stream = randomStream(5);
    const counts = new Array<number>(100).fill(0);
    let lagged = 0;
    let before = 0.5;
    const n = 200_000;
    for (let k = 0; k < n; k++) {
      const u = stream.uniform();
      counts[Math.floor(100 * u)]!++;
      lagged += (u - 0.5) * (before - 0.5);
      before = u;
    }
    const chi = counts.reduce((sum, c) => sum + (c - n / 100) ** 2 / (n / 100), 0);
    // 1e-6 and 1 - 1e-6 quantiles of chi-squared with 99 degrees of freedom
    expect(chi).toBeGreaterThan(48);
    expect(chi).toBeLessThan(178);
    expect(Math.abs((12 * lagged) / n)).toBeLessThan(5 / Math.sqrt(n));
  });

  it("draws integers below a bound without bias", () => {
    const stream = randomStream(6);
    const counts = [0, 0, 0];
    for (let k = 0; k < 30_000; k++) counts[stream.below(3)]!++;
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
    expect(stream.below(1)).toBe(0);
  });

  it("draws normal numbers with the right moments and tails", () => {
    const stream = randomStream(7);
    const n = 200_000;
    const sums = [0, 0, 0, 0];
    let tail = 0;
    for (let k = 0; k < n; k++) {
      const z = stream.normal();
      for (let p = 0; p < 4; p++) sums[p]! += z ** (p + 1) / n;
      if (Math.abs(z) > 1.959964) tail++;
    }
    expect(Math.abs(sums[0]!)).toBeLessThan(0.012);
    expect(Math.abs(sums[1]! - 1)).toBeLessThan(0.016);
    expect(Math.abs(sums[2]!)).toBeLessThan(0.045);
    expect(Math.abs(sums[3]! - 3)).toBeLessThan(0.12);
    expect(Math.abs(tail / n - 0.05)).toBeLessThan(0.0026);
  });
});
