/**
 * Names shortened to at least `length` characters, kept distinct, as R's abbreviate() documents it: lower-case
 * vowels go first, from the end, then lower-case letters, then anything but the first letter of a word. Names
 * that would coincide are given more room.
 */
export function abbreviate(names: readonly string[], length: number): string[] {
  const result = names.map((name) => shorten(name, length));
  for (let room = length + 1; room <= longest(names) && new Set(result).size < new Set(names).size; room++) {
    const before = [...result];
    names.forEach((name, i) => {
      const clashes = names.some((other, j) => other !== name && before[j] === before[i]);
      if (clashes) result[i] = shorten(name, room);
    });
  }
  return result;
}

function longest(names: readonly string[]): number {
  return names.reduce((m, name) => Math.max(m, name.length), 0);
}

type Test = (character: string) => boolean;

const isVowel: Test = (c) => "aeiou".includes(c);
const isLower: Test = (c) => c >= "a" && c <= "z";

/** Blanks mark the words and are taken out at the end, so they do not count. */
function shorten(name: string, length: number): string {
  let text = name.trim();
  if (text.length <= length) return text;
  const fits = (): boolean => text.replaceAll(" ", "").length <= length;
  const strike = (allowed: (text: string, i: number) => boolean): void => {
    for (let i = text.length - 1; i > 0 && !fits(); i--) {
      if (allowed(text, i)) text = text.slice(0, i) + text.slice(i + 1);
    }
  };
  const startsWord = (t: string, i: number): boolean => t[i - 1] === " ";
  const endsWord = (t: string, i: number): boolean =>
    !startsWord(t, i) && (i + 1 >= t.length || t[i + 1] === " ");
  for (const droppable of [isVowel, isLower]) {
    strike((t, i) => droppable(t[i]!) && endsWord(t, i));
    strike((t, i) => droppable(t[i]!) && !startsWord(t, i));
  }
  strike((t, i) => t[i] !== " " && !startsWord(t, i));
  return text.replaceAll(" ", "");
}
