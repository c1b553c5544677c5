// Preconditioned conjugate gradients (Hestenes & Stiefel 1952, J. Res. NBS 49, 409) for M x = b, M positive
// semidefinite and b in its range. With z = P^-1 r, rho = r'z and steps alpha, the error in the norm of M is known as it
// goes: |x - x_k|_M^2 = sum over j >= k of alpha_j rho_j, of which the next few terms are nearly all
// (Strakos & Tichy 2002, ETNA 13, 56).

/** A symmetric positive semidefinite matrix that is known by its products. */
export interface LinearOperator {
  readonly size: number;
  /** out = M x */
  multiply(x: Float64Array, out: Float64Array): void;
  /** out = P^-1 r with a positive definite P close to M */
  precondition(r: Float64Array, out: Float64Array): void;
}

export interface IterationLimits {
  /** |r| / |b| in the norm of P^-1, which does not depend on units; default 1e-10 */
  readonly residual?: number;
  /** |x - x_k|_M; default 1e-6 */
  readonly error?: number;
  /** |x - x_k|_M / |x_k|_M, for iterations from zero; default none */
  readonly relativeError?: number;
  /** default 5000 */
  readonly iterations?: number;
  /** called once an iteration; false stops */
  readonly onIteration?: (state: IterationState) => boolean | undefined;
}

interface IterationState {
  readonly iteration: number;
  /** |r| / |b| in the norm of P^-1 */
  readonly residual: number;
  /** estimate of |x - x_k|_M from a few iterations ago, an upper bound of the present one */
  readonly error: number;
}

export interface IterativeSolution extends IterationState {
  readonly x: Float64Array;
  readonly reason: "converged" | "max-iterations" | "cancelled" | "stalled";
}

/** Iterations between a point and the judgement of its error: this many, and this part of all where progress is slow. */
const DELAY = 8;
const SLOW_DELAY = 0.25;
/** How often the recursive residual is replaced by b - M x where the two have drifted apart. */
const RESTARTS = 3;

/** Solves M x = b from x = 0 (or `start`); stops when both residual and error are small. Deterministic. */
export function conjugateGradients(
  { size, multiply, precondition }: LinearOperator,
  b: Float64Array,
  limits: IterationLimits = {},
  start?: Float64Array,
): IterativeSolution {
  const {
    residual: residualLimit = 1e-10,
    error: errorLimit = 1e-6,
    relativeError: relativeLimit = Number.POSITIVE_INFINITY,
    iterations: most = 5000,
  } = limits;
  const x = start === undefined ? new Float64Array(size) : start.slice();
  const r = new Float64Array(size);
  const z = new Float64Array(size);
  const d = new Float64Array(size);
  const product = new Float64Array(size);
  precondition(b, z);
  const scale = Math.sqrt(dot(b, z));
  const gains: number[] = [];
  let iteration = 0;
  let energy = 0;
  let state: IterationState = { iteration, residual: 0, error: 0 };
  if (!(scale > 0)) return { ...state, x: x.fill(0), reason: "converged" };

  for (let restart = 0; restart <= RESTARTS; restart++) {
    trueResidual();
    precondition(r, z);
    d.set(z);
    let rho = dot(r, z);
    gains.length = 0;
    state = { ...state, residual: Math.sqrt(Math.max(0, rho)) / scale };
    if (state.residual <= residualLimit && (restart > 0 || start !== undefined)) return finished("converged");
    for (;;) {
      if (iteration >= most) return finished("max-iterations");
      multiply(d, product);
      const curvature = dot(d, product);
      if (!(curvature > 0)) break;
      const alpha = rho / curvature;
      advance(x, r, alpha, d, product);
      gains.push(alpha * rho);
      energy += alpha * rho;
      iteration++;
      precondition(r, z);
      const next = dot(r, z);
      state = {
        iteration,
        residual: Math.sqrt(Math.max(0, next)) / scale,
        error: delayedError(gains),
      };
      if (limits.onIteration?.(state) === false) return finished("cancelled");
      const small = state.error <= errorLimit && state.error <= relativeLimit * Math.sqrt(energy);
      if (small && state.residual <= residualLimit) break;
      if (!(next > 0)) break;
      const beta = next / rho;
      for (let i = 0; i < size; i++) d[i] = z[i]! + beta * d[i]!;
      rho = next;
    }
  }
  trueResidual();
  precondition(r, z);
  state = { ...state, residual: Math.sqrt(Math.max(0, dot(r, z))) / scale };
  return finished(state.residual <= 10 * residualLimit ? "converged" : "stalled");

  function trueResidual(): void {
    multiply(x, product);
    for (let i = 0; i < size; i++) r[i] = b[i]! - product[i]!;
  }

  function finished(reason: IterativeSolution["reason"]): IterativeSolution {
    return { ...state, x, reason };
  }
}

/** x += alpha d, r -= alpha product */
function advance(
  x: Float64Array,
  r: Float64Array,
  alpha: number,
  d: Float64Array,
  product: Float64Array,
): void {
  for (let i = 0; i < x.length; i++) {
    x[i]! += alpha * d[i]!;
    r[i]! -= alpha * product[i]!;
  }
}

/** Inner product in blocks, so that rounding grows with the block and not with the length. */
function dot(x: Float64Array, y: Float64Array): number {
  let total = 0;
  for (let start = 0; start < x.length; start += 1024) {
    const end = Math.min(start + 1024, x.length);
    let part = 0;
    for (let i = start; i < end; i++) part += x[i]! * y[i]!;
    total += part;
  }
  return total;
}

/** |x - x_j|_M for the j that lies DELAY (or more) steps back; infinite before there are so many. */
function delayedError(gains: readonly number[]): number {
  const delay = Math.max(DELAY, Math.floor(SLOW_DELAY * gains.length));
  if (gains.length < delay) return Number.POSITIVE_INFINITY;
  let total = 0;
  for (let k = gains.length - delay; k < gains.length; k++) total += gains[k]!;
  return Math.sqrt(total);
}
