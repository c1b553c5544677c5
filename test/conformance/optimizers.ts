import { describe, expect, it } from "vitest";
import type {
  BoundedOptions,
  IterationReport,
  Optimum,
  SmoothObjective,
} from "../../src/optimize/objective.ts";
import {
  type CountedObjective,
  halfPlane,
  nowhere,
  powerSum,
  rosenbrock,
  separableQuadratic,
} from "./objectives.ts";

export interface TestedOptimizer {
  readonly name: string;
  minimize(objective: SmoothObjective, start: Float64Array, options?: BoundedOptions): Optimum;
  /** numbers of variables it takes */
  readonly sizes: readonly number[];
  /** what it does not promise, and why */
  readonly excludes: {
    readonly bounds?: string;
    readonly escapesSaddle?: string;
  };
  /** evaluations that a minimum in q variables may take */
  evaluationLimit(q: number): number;
}

interface Problem {
  readonly name: string;
  readonly objective: () => CountedObjective;
  readonly start: readonly number[];
  readonly minimum: number;
  /** null where the minimum is too flat to name its place */
  readonly at: readonly number[] | null;
}

const problems: readonly Problem[] = [
  { name: "Rosenbrock's valley", objective: rosenbrock, start: [-1.2, 1], minimum: 0, at: [1, 1] },
  {
    name: "curvatures from 1e-6 to 1e6",
    objective: () => separableQuadratic([1e-6, 1e-3, 1, 1e3, 1e6], () => 1),
    start: [3, 3, 3, 3, 3],
    minimum: 0,
    at: null,
  },
  {
    name: "curvatures from 1e-6 to 1e6 that start at zero",
    objective: () => separableQuadratic([1e6, 1e-6], () => 1),
    start: [0, 0],
    minimum: 0,
    at: null,
  },
  {
    name: "Powell's singular function",
    objective: () =>
      powerSum([
        { weight: 1, direction: [1, 10, 0, 0], power: 2 },
        { weight: 5, direction: [0, 0, 1, -1], power: 2 },
        { weight: 1, direction: [0, 1, -2, 0], power: 4 },
        { weight: 10, direction: [1, 0, 0, -1], power: 4 },
      ]),
    start: [3, -1, 0, 1],
    minimum: 0,
    at: null,
  },
  {
    name: "an objective that is not defined in a half plane",
    objective: halfPlane,
    start: [5, -5],
    minimum: 1,
    at: [1, 1],
  },
  {
    name: "a start next to where it is not defined",
    objective: halfPlane,
    start: [1e-3, 4],
    minimum: 1,
    at: [1, 1],
  },
  {
    name: "an even function with its minimum at zero",
    objective: () =>
      powerSum([
        { weight: 1, direction: [1, 0, 0], power: 2 },
        { weight: 3, direction: [0, 1, 0], power: 4 },
        { weight: 2, direction: [0, 0, 1], power: 2 },
      ]),
    start: [1, 0.7, 0.2],
    minimum: 0,
    at: null,
  },
];

/** What every optimizer owes: the minimum, bounded work, the same way each time, and an end without exceptions. */
export function describeOptimizer(optimizer: TestedOptimizer): void {
  const { minimize, excludes, sizes } = optimizer;
  const takes = (q: number): boolean => sizes.includes(q);

  describe(`${optimizer.name} as an optimizer`, () => {
    for (const problem of problems.filter(({ start }) => takes(start.length))) {
      it(`finds the minimum: ${problem.name}`, () => {
        const objective = problem.objective();
        const optimum = minimize(objective, Float64Array.from(problem.start));
        expect(optimum.reason).toBe("converged");
        expect(optimum.objective - problem.minimum).toBeLessThan(1e-7);
        expect(optimum.objective).toBe(objective.value(optimum.x));
        problem.at?.forEach((value, i) => {
          expect(Math.abs(optimum.x[i]! - value)).toBeLessThan(1e-3);
        });
        expect(objective.count()).toBeLessThanOrEqual(optimizer.evaluationLimit(problem.start.length));
      });
    }

    it.each(sizes.map((q) => [q]))("finds the minimum of a quadratic in %i variables", (q) => {
      const objective = powerSum([
        ...Array.from({ length: q }, (_, i) => ({
          weight: i + 1,
          direction: Array.from({ length: q }, (_, j) => (i === j ? 1 : 0)),
          shift: i,
          power: 2,
        })),
        {
          weight: 0.5,
          direction: Array.from({ length: q }, () => 1),
          shift: (q * (q - 1)) / 2,
          power: 2,
        },
      ]);
      const optimum = minimize(objective, new Float64Array(q).fill(0.3));
      expect(optimum.reason).toBe("converged");
      expect(optimum.objective).toBeLessThan(1e-8);
      optimum.x.forEach((value, i) => {
        expect(Math.abs(value - i)).toBeLessThan(1e-4);
      });
      expect(objective.count()).toBeLessThanOrEqual(optimizer.evaluationLimit(q));
    });

    const q = sizes.includes(2) ? 2 : sizes[0]!;
    const bowl = (): CountedObjective =>
      separableQuadratic(
        Array.from({ length: q }, (_, i) => 2 * i + 1),
        () => 0.5,
      );
    const far = (): Float64Array => new Float64Array(q).fill(4);

    it("stays at a start that is the optimum", () => {
      const optimum = minimize(bowl(), new Float64Array(q).fill(0.5));
      expect(optimum.reason).toBe("converged");
      for (const value of optimum.x) expect(Math.abs(value - 0.5)).toBeLessThan(1e-6);
    });

    const saddle = (): CountedObjective =>
      powerSum([
        { weight: 1, direction: Array.from({ length: q }, (_, i) => (i === 0 ? 1 : 0)), power: 4 },
        { weight: -1, direction: Array.from({ length: q }, (_, i) => (i === 0 ? 1 : 0)), power: 2 },
        {
          weight: 1,
          direction: Array.from({ length: q }, (_, i) => (i === q - 1 ? 1 : 0)),
          power: q === 1 ? 4 : 2,
        },
      ]);
    if (excludes.escapesSaddle === undefined) {
      it("leaves a start at a saddle, where the gradient is zero", () => {
        const optimum = minimize(saddle(), new Float64Array(q));
        expect(optimum.objective).toBeCloseTo(q === 1 ? -0.125 : -0.25, 7);
      });
    } else {
      it.skip(`leaving a saddle is skipped: ${excludes.escapesSaddle}`, () => {});
    }

    if (excludes.bounds === undefined) {
      it("keeps every evaluation within the bounds, and finds the minimum on them", () => {
        const inner = bowl();
        const lower = new Float64Array(q).fill(1);
        const upper = new Float64Array(q).fill(6);
        const objective: SmoothObjective = {
          evaluate: (x, order) => {
            for (const value of x) {
              expect(value).toBeGreaterThanOrEqual(1);
              expect(value).toBeLessThanOrEqual(6);
            }
            return inner.evaluate(x, order);
          },
        };
        const optimum = minimize(objective, far(), { lower, upper });
        expect(optimum.reason).toBe("converged");
        expect(Array.from(optimum.x)).toEqual(Array.from(lower));
      });

      it("moves a start outside the bounds to them", () => {
        const optimum = minimize(bowl(), new Float64Array(q).fill(-9), {
          lower: new Float64Array(q).fill(0),
        });
        for (const value of optimum.x) expect(value).toBeCloseTo(0.5, 5);
      });
    } else {
      it.skip(`bounds are skipped: ${excludes.bounds}`, () => {});
    }

    it("takes the same way each time, to the last digit", () => {
      const [first, second] = [1, 2].map(() => minimize(halfOrBowl(q), far(), { keepTrace: true }));
      expect(second).toEqual(first);
      expect(first!.trace.length).toBeGreaterThan(1);
    });

    it("does not change the start", () => {
      const start = far();
      minimize(bowl(), start);
      expect(Array.from(start)).toEqual(Array.from(far()));
    });

    it("says so where the start is not defined", () => {
      const optimum = minimize(nowhere(q), far());
      expect(optimum.reason).toBe("undefined-start");
    });

    it.each([[0], [1], [3]])("stops after %i iterations, with the best point so far", (maxIterations) => {
      const objective = halfOrBowl(q);
      const optimum = minimize(objective, far(), { maxIterations });
      expect(optimum.iterations).toBeLessThanOrEqual(maxIterations);
      if (optimum.reason !== "converged") expect(optimum.reason).toBe("max-iterations");
      expect(optimum.objective).toBe(objective.value(optimum.x));
      expect(optimum.objective).toBeLessThanOrEqual(objective.value(far()));
    });

    it("reports every iteration, with values that do not rise", () => {
      const reports: IterationReport[] = [];
      const optimum = minimize(halfOrBowl(q), far(), {
        keepTrace: true,
        onIteration: (report) => {
          reports.push(report);
          return undefined;
        },
      });
      expect(reports).toEqual(optimum.trace);
      reports.forEach((report, i) => {
        expect(report.iteration).toBe(i);
        if (i > 0) expect(report.objective).toBeLessThanOrEqual(reports[i - 1]!.objective);
      });
    });

    it("stops where the caller cancels", () => {
      const optimum = minimize(halfOrBowl(q), far(), { onIteration: ({ iteration }) => iteration < 2 });
      expect(optimum.reason).toBe("cancelled");
      expect(optimum.iterations).toBeLessThanOrEqual(2);
    });

    it("counts what it evaluates", () => {
      const objective = bowl();
      const { evaluations } = minimize(objective, far());
      // a point whose gradient is asked for again, or after its value, is one evaluation to its owner
      expect(evaluations.objective + evaluations.gradient).toBeGreaterThanOrEqual(objective.count() - 1);
      expect(objective.count()).toBeGreaterThanOrEqual(evaluations.objective);
    });
  });
}

/** Not quadratic, so that it takes several iterations. */
function halfOrBowl(q: number): CountedObjective {
  return powerSum(
    Array.from({ length: q }, (_, i) => ({
      weight: 1 + i,
      direction: Array.from({ length: q }, (_, j) => (i === j ? 1 : 0)),
      shift: 0.5,
      power: 4,
    })),
  );
}
