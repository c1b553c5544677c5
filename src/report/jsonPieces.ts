import type { Json } from "./exactJson.ts";

/** Elements of a long list that are written at once. */
const AT_ONCE = 4096;

/**
 * JSON text with a line for each member of the outermost object, in pieces: long lists never stand as one string, which
 * for a million predictions would take as much memory as the fit.
 */
export function* jsonPieces(json: Json): Generator<string, void, undefined> {
  if (json === null || typeof json !== "object" || Array.isArray(json)) {
    yield `${JSON.stringify(json)}\n`;
    return;
  }
  let before = "{\n";
  for (const [key, value] of Object.entries(json)) {
    if (value === undefined) continue;
    const head = `${before}  ${JSON.stringify(key)}: `;
    before = ",\n";
    if (!Array.isArray(value) || value.length <= AT_ONCE) {
      yield head + JSON.stringify(value);
      continue;
    }
    yield `${head}[`;
    for (let from = 0; from < value.length; from += AT_ONCE) {
      const text = JSON.stringify(value.slice(from, from + AT_ONCE));
      yield (from === 0 ? "" : ",") + text.slice(1, -1);
    }
    yield "]";
  }
  yield before === "{\n" ? "{\n\n}\n" : "\n}\n";
}
