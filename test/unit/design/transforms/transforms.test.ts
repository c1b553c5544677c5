import { describe, expect, it } from "vitest";
import { bSpline } from "../../../../src/design/transforms/bSpline.ts";
import { legendre } from "../../../../src/design/transforms/legendre.ts";
import { naturalSpline } from "../../../../src/design/transforms/naturalSpline.ts";
import { poly } from "../../../../src/design/transforms/poly.ts";
import type { Transform, TransformArguments } from "../../../../src/design/transforms/transform.ts";

function columnsOf(transform: Transform, x: readonly number[], given: TransformArguments): number[][] {
  const data = Float64Array.from(x);
  const { values, columns } = transform.apply(data, transform.learn(data, given));
  return Array.from({ length: columns }, (_, j) =>
    Array.from(values.subarray(j * x.length, (j + 1) * x.length)),
  );
}

const x = [0.1, 0.9, 1.4, 2.2, 3.1, 3.3, 4.8, 5.5, 6.1, 7.7, 8.2, 9.9];

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

describe("poly", () => {
  it("is orthonormal and orthogonal to the constant, far from zero too", () => {
    for (const shift of [0, 2000]) {
      const columns = columnsOf(
        poly,
        x.map((value) => value + shift),
        { degree: 5 },
      );
      columns.forEach((a, j) => {
        expect(Math.abs(a.reduce((sum, value) => sum + value, 0))).toBeLessThan(1e-9);
        columns.forEach((b, k) => {
          expect(Math.abs(dot(a, b) - (j === k ? 1 : 0))).toBeLessThan(1e-9);
        });
      });
    }
  });

  it("skips missing values when it learns and keeps them when it applies", () => {
    const whole = columnsOf(poly, x, { degree: 2 });
    const holed = columnsOf(poly, [Number.NaN, ...x], { degree: 2 });
    expect(holed[1]!.slice(1)).toEqual(whole[1]);
    expect(holed[0]![0]).toBeNaN();
  });
});

describe("legendre", () => {
  it("is sqrt((2 j + 1) / 2) P_j on the range given", () => {
    const [p0, p1, p2, p3] = columnsOf(legendre, [0, 2.5, 5, 10], { degree: 3, from: 0, to: 10 });
    const t = [-1, -0.5, 0, 1];
    const close = (ours: number[] | undefined, theirs: number[]): void => {
      ours!.forEach((value, i) => {
        expect(value).toBeCloseTo(theirs[i]!, 14);
      });
    };
    close(
      p0,
      t.map(() => Math.sqrt(1 / 2)),
    );
    close(
      p1,
      t.map((v) => Math.sqrt(3 / 2) * v),
    );
    close(
      p2,
      t.map((v) => Math.sqrt(5 / 2) * 0.5 * (3 * v * v - 1)),
    );
    close(
      p3,
      t.map((v) => Math.sqrt(7 / 2) * 0.5 * (5 * v ** 3 - 3 * v)),
    );
  });

  it("takes the range of the data by default", () => {
    const constants = legendre.learn(Float64Array.from([3, Number.NaN, 7, 4]), { degree: 1 });
    expect(constants).toEqual({ degree: 1, from: 3, to: 7 });
  });
});

describe("splines", () => {
  it("of type bs with an intercept add up to one and have compact support", () => {
    const columns = columnsOf(bSpline, x, { df: 6, intercept: true });
    x.forEach((_, i) => {
      expect(columns.reduce((sum, column) => sum + column[i]!, 0)).toBeCloseTo(1, 14);
      expect(columns.filter((column) => column[i] !== 0).length).toBeLessThanOrEqual(4);
    });
  });

  it("of type ns are linear beyond the boundary", () => {
    const data = Float64Array.from(x);
    const constants = naturalSpline.learn(data, { df: 4 });
    const { values } = naturalSpline.apply(Float64Array.from([-1, -2, -3, 11, 12, 13]), constants);
    for (let j = 0; j < 4; j++) {
      const column = values.subarray(6 * j, 6 * j + 6);
      expect(Math.abs(column[0]! - 2 * column[1]! + column[2]!)).toBeLessThan(1e-12);
      expect(Math.abs(column[3]! - 2 * column[4]! + column[5]!)).toBeLessThan(1e-12);
    }
  });

  it("have continuous second derivatives at a knot", () => {
    const constants = naturalSpline.learn(Float64Array.from(x), { knots: [4], "Boundary.knots": [0, 10] });
    const h = 1e-3;
    const at = [4 - 2 * h, 4 - h, 4, 4 + h, 4 + 2 * h];
    const { values } = naturalSpline.apply(Float64Array.from(at), constants);
    for (let j = 0; j < 2; j++) {
      const [a, b, c, d, e] = values.subarray(5 * j, 5 * j + 5);
      expect(Math.abs(a! - 2 * b! + c! - (c! - 2 * d! + e!)) / h ** 2).toBeLessThan(0.01);
    }
  });

  it("refuse knots outside the range and too few degrees of freedom", () => {
    const data = Float64Array.from(x);
    expect(() => bSpline.learn(data, { knots: [20] })).toThrow(
      "the knot 20 is not inside the range 0.1 to 9.9",
    );
    expect(() => bSpline.learn(data, { df: 2 })).toThrow("'df' is 2");
    expect(() => naturalSpline.learn(Float64Array.from([2, 2]), { df: 2 })).toThrow("two distinct values");
    expect(() => naturalSpline.learn(data, { df: 1.5 })).toThrow("whole number");
  });
});
