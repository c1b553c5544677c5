import { describe, expect, it } from "vitest";
import { randomStream } from "../../../../src/base/random.ts";
import { compactLetters } from "../../../../src/inference/means/letters.ts";

/** All pairs (0, 1), (0, 2), ... by a rule. */
function pairs(count: number, differ: (i: number, j: number) => boolean): boolean[] {
  const out: boolean[] = [];
  for (let i = 0; i < count; i++) for (let j = i + 1; j < count; j++) out.push(differ(i, j));
  return out;
}

const share = (a: string, b: string): boolean => [...a].some((letter) => b.includes(letter));

describe("compactLetters", () => {
  it("gives one letter where nothing differs, and one each where all do", () => {
    expect(
      compactLetters(
        [3, 1, 2],
        pairs(3, () => false),
      ),
    ).toEqual(["a", "a", "a"]);
    expect(
      compactLetters(
        [3, 1, 2],
        pairs(3, () => true),
      ),
    ).toEqual(["c", "a", "b"]);
  });

  it("lets means that overlap share letters", () => {
    // neighbors do not differ
    expect(
      compactLetters(
        [1, 2, 3, 4],
        pairs(4, (i, j) => j - i > 1),
      ),
    ).toEqual(["a", "ab", "bc", "c"]);
  });

  it("needs no more letters than it must for a pattern without order", () => {
    const significant = new Set(["0,6", "0,7", "1,3", "1,4", "2,4"]);
    const letters = compactLetters(
      [1, 2, 3, 4, 5, 6, 7, 8],
      pairs(8, (i, j) => significant.has(`${i},${j}`)),
    );
    for (let i = 0; i < 8; i++) {
      for (let j = i + 1; j < 8; j++)
        expect(share(letters[i]!, letters[j]!)).toBe(!significant.has(`${i},${j}`));
    }
    // {1, 4, 5}, {1, 2, 3} and the same with {7, 8} share what they can, and 3 and 4 need a letter of their own
    expect(new Set(letters.join("")).size).toBe(5);
  });

  it("gives no letter to a mean that is not estimable", () => {
    expect(
      compactLetters(
        [1, null, 5],
        pairs(3, (i, j) => i === 0 && j === 2),
      ),
    ).toEqual(["a", "", "b"]);
  });

  it("separates exactly the pairs that differ, whatever they are", () => {
    const next = (() => {
      const stream = randomStream(7);
      return () => stream.uniform();
    })();
    for (let round = 0; round < 200; round++) {
      const count = 2 + Math.floor(next() * 8);
      const rate = next();
      const differ = pairs(count, () => next() < rate);
      const estimates = Array.from({ length: count }, () => next());
      const letters = compactLetters(estimates, differ);
      let at = 0;
      for (let i = 0; i < count; i++) {
        expect(letters[i]).not.toBe("");
        for (let j = i + 1; j < count; j++) expect(share(letters[i]!, letters[j]!)).toBe(!differ[at++]!);
      }
    }
  });
});
