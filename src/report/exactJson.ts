/**
 * JSON that gives back the same value: numbers to the last bit, also those JSON has no form for, and typed
 * arrays as the arrays they were. What has no JSON form of its own is an object with one key that begins with
 * `$`; ordinary objects with such a key are spelled out as a list of entries.
 */

import { HendersonError } from "../base/errors.ts";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A plain value as JSON. Members that are undefined are left out, as JSON.stringify does.
 *
 * @throws report/not-plain for functions and class instances: they could not be read back
 */
export function toExactJson(value: unknown): Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return value;
  if (typeof value === "number") return numberToJson(value);
  if (value instanceof Float64Array) return { $float64: Array.from(value, numberToJson) };
  if (value instanceof Int32Array) return { $int32: Array.from(value) };
  if (value instanceof Uint8Array) return { $uint8: Array.from(value) };
  if (Array.isArray(value)) return value.map(toExactJson);
  if (typeof value === "object" && isPlain(value)) return objectToJson(value);
  throw new HendersonError("report/not-plain", `a value of type ${typeof value} cannot be saved as JSON`);
}

/** The value that was given to `toExactJson`. */
export function fromExactJson(json: Json): unknown {
  if (json === null || typeof json !== "object") return json;
  if (isList(json)) return json.map(fromExactJson);
  const keys = Object.keys(json);
  if (keys.length === 1 && keys[0]!.startsWith("$")) return readMarked(keys[0]!, json[keys[0]!]!);
  return Object.fromEntries(keys.map((key) => [key, fromExactJson(json[key]!)]));
}

function numberToJson(x: number): Json {
  if (Object.is(x, -0)) return { $number: "-0" };
  return Number.isFinite(x) ? x : { $number: String(x) };
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function objectToJson(value: object): Json {
  const entries = Object.entries(value).filter(([, member]) => member !== undefined);
  const written = entries.map(([key, member]): [string, Json] => [key, toExactJson(member)]);
  return entries.some(([key]) => key.startsWith("$")) ? { $object: written } : Object.fromEntries(written);
}

function isList(json: Json): json is readonly Json[] {
  return Array.isArray(json);
}

function readMarked(mark: string, content: Json): unknown {
  if (mark === "$number") return Number(content);
  if (isList(content)) {
    switch (mark) {
      case "$float64":
        return Float64Array.from(content, (x) => fromExactJson(x) as number);
      case "$int32":
        return Int32Array.from(content as readonly number[]);
      case "$uint8":
        return Uint8Array.from(content as readonly number[]);
      case "$object":
        return Object.fromEntries(
          (content as readonly (readonly [string, Json])[]).map(([key, member]) => [
            key,
            fromExactJson(member),
          ]),
        );
    }
  }
  throw new HendersonError(
    "report/saved-fit",
    `the saved fit has a part '${mark}' that this version does not know`,
    {
      hint: "it was written by another version, or changed by hand",
    },
  );
}
