import { HendersonError } from "../../base/errors.ts";

/** What means are asked for: `pairwise ~ treat | sex`. */
export interface MeansSpecs {
  /** family of contrasts, or null */
  readonly contrast: string | null;
  /** variables whose combinations have means; empty for the overall mean */
  readonly of: readonly string[];
  /** variables whose levels are separate tables */
  readonly by: readonly string[];
}

interface Token {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly operator: boolean;
}

/**
 * Reads `treat`, `~ treat * dose`, `pairwise ~ treat | sex + block`, `~ 1`. `*`, `:` and `+` only separate names;
 * names with other characters stand in backquotes, calls such as `factor(dose)` as they are.
 *
 * @throws HendersonError `means/specs` with the place
 */
export function parseSpecs(source: string): MeansSpecs {
  const tokens = tokenize(source);
  const tilde = tokens.findIndex(({ text, operator }) => operator && text === "~");
  const left = tilde < 0 ? [] : tokens.slice(0, tilde);
  const right = tokens.slice(tilde + 1);
  const again = right.find(({ text, operator }) => operator && text === "~");
  if (again !== undefined) throw specsError("there is a second '~'", source, again);
  if (left.length > 1) {
    throw specsError(
      "one family of contrasts stands left of '~'",
      source,
      left[1]!,
      "interaction contrasts are an option of their own",
    );
  }
  if (left[0]?.operator === true) throw specsError(`'${left[0].text}' is not a name`, source, left[0]);
  const bar = right.findIndex(({ text, operator }) => operator && text === "|");
  const of = names(bar < 0 ? right : right.slice(0, bar), source);
  const by = bar < 0 ? [] : names(right.slice(bar + 1), source);
  const overall = of.length === 1 && of[0] === "1";
  if (by.includes("1") || (of.includes("1") && !overall)) {
    throw specsError("'1', the overall mean, stands alone", source, right.find(({ text }) => text === "1")!);
  }
  return { contrast: left[0]?.text ?? null, of: overall ? [] : of, by };
}

function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let i = 0;
  while (i < source.length) {
    const character = source[i]!;
    if (/\s/.test(character)) {
      i++;
    } else if ("~|*:+,".includes(character)) {
      tokens.push({ text: character, start: i, end: ++i, operator: true });
    } else {
      const start = i;
      i = character === "`" ? endOfQuoted(source, i) : endOfName(source, i);
      const text = character === "`" ? source.slice(start + 1, i - 1) : source.slice(start, i).trim();
      tokens.push({ text, start, end: i, operator: false });
    }
  }
  return tokens;
}

function endOfQuoted(source: string, start: number): number {
  const end = source.indexOf("`", start + 1);
  if (end > start + 1) return end + 1;
  throw specsError("a name in backquotes is empty or does not end", source, {
    start,
    end: source.length,
  });
}

/** A name ends at an operator outside of parentheses, or at a blank. */
function endOfName(source: string, start: number): number {
  let depth = 0;
  for (let i = start; i < source.length; i++) {
    const character = source[i]!;
    if (character === "(") depth++;
    else if (character === ")") depth--;
    else if (depth <= 0 && (/\s/.test(character) || "~|*:+,`".includes(character))) return i;
  }
  return source.length;
}

function names(tokens: readonly Token[], source: string): string[] {
  if (tokens.length === 0) {
    throw specsError("a variable is missing", source, { start: source.length, end: source.length });
  }
  const out: string[] = [];
  for (const [k, token] of tokens.entries()) {
    if (token.operator !== (k % 2 === 1)) {
      throw specsError(
        token.operator ? `a variable is missing before '${token.text}'` : "two names need '*' between them",
        source,
        token,
      );
    }
    if (token.operator && token.text === "|") throw specsError("there is a second '|'", source, token);
    if (token.operator) continue;
    if (!out.includes(token.text)) out.push(token.text);
  }
  if (tokens[tokens.length - 1]!.operator) {
    throw specsError("a variable is missing at the end", source, tokens[tokens.length - 1]!);
  }
  return out;
}

function specsError(
  message: string,
  source: string,
  { start, end }: { readonly start: number; readonly end: number },
  hint: string = "write it as 'treat', '~ treat * dose' or 'pairwise ~ treat | sex'",
): HendersonError {
  return new HendersonError("means/specs", message, { hint, source, span: { start, end } });
}
