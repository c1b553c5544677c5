// Linear hypotheses as text: "Days = 10, (Intercept) - 2 * Days = 0". Names of coefficients hold parentheses, colons and
// operators themselves, so an operand is the longest known name that stands at the place.

import { HendersonError, type SourceSpan } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";

/** One equation: the sum of weight times coefficient equals `against`. */
interface LinearEquation {
  /** as it was written, blanks trimmed */
  readonly text: string;
  /** weights by coefficient, in the order of `names` */
  readonly weights: Float64Array;
  readonly against: number;
  readonly span: SourceSpan;
}

/** A combination of coefficients and a constant. */
interface Linear {
  readonly weights: Float64Array;
  readonly constant: number;
}

/**
 * Equations between combinations of coefficients, separated by commas; a chain `a = b = c` is two. Without an equals
 * sign the combination is compared with zero. Names in backquotes are taken as they are.
 *
 * @param names every coefficient that may be named
 * @throws HendersonError `inference/hypothesis`, `inference/unknown-coefficient`, pointing into the text
 */
export function parseHypothesis(source: string, names: readonly string[]): LinearEquation[] {
  const parser = new Parser(source, names);
  return parser.equations();
}

class Parser {
  readonly #source: string;
  readonly #names: readonly string[];
  #at = 0;

  constructor(source: string, names: readonly string[]) {
    this.#source = source;
    this.#names = names;
  }

  equations(): LinearEquation[] {
    const out: LinearEquation[] = [];
    for (;;) {
      this.#blanks();
      const start = this.#at;
      let left = this.#sum();
      let count = 0;
      while (this.#take("==") || this.#take("=")) {
        const right = this.#sum();
        out.push(this.#equation(start, subtract(left, right)));
        left = right;
        count++;
      }
      if (count === 0) out.push(this.#equation(start, left));
      if (this.#take(",")) continue;
      if (this.#at < this.#source.length) this.#refuse("is not understood here", this.#at, this.#at + 1);
      return out;
    }
  }

  #equation(start: number, { weights, constant }: Linear): LinearEquation {
    const end = start + this.#source.slice(start, this.#at).trimEnd().length;
    if (weights.every((weight) => weight === 0)) {
      this.#refuse("names no coefficient, so there is nothing to test", start, end);
    }
    return {
      text: this.#source.slice(start, end),
      weights,
      against: constant === 0 ? 0 : -constant,
      span: { start, end },
    };
  }

  #sum(): Linear {
    let total = this.#product();
    for (;;) {
      if (this.#take("+")) total = add(total, this.#product());
      else if (this.#take("-")) total = subtract(total, this.#product());
      else return total;
    }
  }

  #product(): Linear {
    const start = this.#at;
    let left = this.#signed();
    for (;;) {
      if (this.#take("*")) {
        const right = this.#signed();
        if (!isConstant(left) && !isConstant(right)) {
          this.#refuse("multiplies coefficients, and a linear hypothesis does not", start, this.#at);
        }
        left = isConstant(left) ? scale(right, left.constant) : scale(left, right.constant);
      } else if (this.#take("/")) {
        const right = this.#signed();
        if (!isConstant(right)) {
          this.#refuse("divides by a coefficient, and a linear hypothesis does not", start, this.#at);
        }
        if (right.constant === 0) this.#refuse("divides by zero", start, this.#at);
        left = scale(left, 1 / right.constant);
      } else return left;
    }
  }

  #signed(): Linear {
    if (this.#take("-")) return scale(this.#signed(), -1);
    if (this.#take("+")) return this.#signed();
    return this.#operand();
  }

  #operand(): Linear {
    this.#blanks();
    const start = this.#at;
    if (this.#source[start] === "`") return this.#quoted();
    const name = this.#longestName();
    if (name !== null) return this.#coefficient(name);
    const number = /^(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/.exec(this.#source.slice(start))?.[0];
    if (number !== undefined) {
      this.#at += number.length;
      if (/^[\p{L}_]/u.test(this.#source.slice(this.#at))) {
        this.#refuse("lacks an operator; write 2 * x for twice x", start, this.#wordEnd(start));
      }
      return { weights: new Float64Array(this.#names.length), constant: Number(number) };
    }
    if (this.#take("(")) {
      const inside = this.#sum();
      if (!this.#take(")")) this.#refuse("lacks its closing parenthesis", start, start + 1);
      return inside;
    }
    if (start >= this.#source.length || /[=,)]/.test(this.#source[start]!)) {
      this.#refuse("lacks a coefficient or a number here", start, Math.min(start + 1, this.#source.length));
    }
    return this.#unknown(start, this.#wordEnd(start));
  }

  #quoted(): Linear {
    const start = this.#at;
    const end = this.#source.indexOf("`", start + 1);
    if (end < 0) this.#refuse("lacks its closing backquote", start, start + 1);
    const name = this.#source.slice(start + 1, end);
    if (!this.#names.includes(name)) this.#unknown(start, end + 1, name);
    this.#at = end + 1;
    return this.#coefficient(name);
  }

  #coefficient(name: string): Linear {
    const weights = new Float64Array(this.#names.length);
    weights[this.#names.indexOf(name)] = 1;
    return { weights, constant: 0 };
  }

  /** The longest name at this place, blanks inside it not compared; moves behind it. */
  #longestName(): string | null {
    let best: string | null = null;
    let end = this.#at;
    for (const name of this.#names) {
      const after = this.#endOf(name);
      if (after <= end) continue;
      best = name;
      end = after;
    }
    this.#at = end;
    return best;
  }

  /** Where a name that begins here ends in the source; -1 where it does not stand here. */
  #endOf(name: string): number {
    let at = this.#at;
    for (const character of name) {
      if (/\s/u.test(character)) continue;
      while (at > this.#at && /\s/u.test(this.#source[at] ?? "")) at++;
      if (!this.#source.startsWith(character, at)) return -1;
      at += character.length;
    }
    const rest = this.#source.slice(at);
    // `Day` is not the beginning of `Days`, nor `a` that of `a:b` or `x` that of `x(1)`
    const word = /[\p{L}\p{N}_.]$/u.test(name);
    return word && /^[\p{L}\p{N}_.:(]/u.test(rest) ? -1 : at;
  }

  #unknown(start: number, end: number, name: string = this.#source.slice(start, end)): never {
    const close = nearest(name, this.#names);
    throw new HendersonError("inference/unknown-coefficient", `there is no coefficient '${name}'`, {
      source: this.#source,
      span: { start, end },
      hint:
        close === null
          ? `the coefficients are ${this.#names.join(", ")}`
          : `did you mean '${close}'? The coefficients are ${this.#names.join(", ")}`,
    });
  }

  #wordEnd(start: number): number {
    const word = /^[\p{L}\p{N}_.:]+(?:\([^)]*\)[\p{L}\p{N}_.]*)?/u.exec(this.#source.slice(start))?.[0];
    return start + (word?.length ?? 1);
  }

  #take(operator: string): boolean {
    this.#blanks();
    if (!this.#source.startsWith(operator, this.#at)) return false;
    this.#at += operator.length;
    return true;
  }

  #blanks(): void {
    while (/\s/u.test(this.#source[this.#at] ?? "")) this.#at++;
  }

  #refuse(what: string, start: number, end: number): never {
    const text = this.#source.slice(start, end);
    throw new HendersonError(
      "inference/hypothesis",
      text.trim() === "" ? `the hypothesis ${what}` : `'${text}' ${what}`,
      {
        source: this.#source,
        span: { start, end },
        hint: "write equations between coefficients, as in 'Days = 10, (Intercept) - 2 * Days = 0'",
      },
    );
  }
}

function isConstant({ weights }: Linear): boolean {
  return weights.every((weight) => weight === 0);
}

function scale({ weights, constant }: Linear, factor: number): Linear {
  return { weights: weights.map((weight) => factor * weight), constant: factor * constant };
}

function add(a: Linear, b: Linear): Linear {
  return { weights: a.weights.map((weight, i) => weight + b.weights[i]!), constant: a.constant + b.constant };
}

function subtract(a: Linear, b: Linear): Linear {
  return add(a, scale(b, -1));
}
