import { HendersonError } from "../base/errors.ts";
import { quoteValue } from "./quoteValue.ts";
import type { ReadOptions, ReadResult, TableFormat } from "./readResult.ts";

/**
 * A table out of the bytes of a file: delimited text, JSON, Parquet or Arrow, also gzipped.
 *
 * The first bytes decide, then the file name, then the first character; what is none of the others is
 * delimited text. Each reader is loaded when it is needed: a page that brings its own columns loads none.
 *
 * @param options.name file name, for its extension
 * @throws HendersonError with a code of the table catalogue; nothing else
 */
export async function readTable(
  bytes: Uint8Array,
  options: ReadOptions & { readonly name?: string } = {},
): Promise<ReadResult> {
  // slice() of a Node Buffer is a view of memory it shares with others; that of a plain Uint8Array is a copy
  if (bytes.constructor !== Uint8Array) {
    return readTable(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), options);
  }
  if (startsWith(bytes, GZIP)) {
    const { name, ...rest } = options;
    const plain = await gunzip(bytes);
    if (startsWith(plain, GZIP)) throw new HendersonError("table/format", "the file is gzipped twice");
    return readTable(plain, name === undefined ? rest : { ...rest, name: name.replace(/\.gz$/i, "") });
  }
  const format = options.format ?? formatOf(bytes, options.name);
  switch (format) {
    case "delimited":
      return (await import("./readDelimited.ts")).readDelimited(bytes, options);
    case "json":
    case "ndjson":
      return (await import("./readJson.ts")).readJson(bytes, options);
    case "parquet":
      return (await import("./readParquet.ts")).readParquet(bytes, options);
    case "arrow":
      return (await import("./readArrow.ts")).readArrow(bytes, options);
    default:
      throw new HendersonError("table/option", `there is no table format ${quoteValue(String(format))}`, {
        hint: "formats are delimited, json, ndjson, parquet and arrow",
      });
  }
}

const GZIP: readonly number[] = [0x1f, 0x8b];
const ARROW_CONTINUATION: readonly number[] = [0xff, 0xff, 0xff, 0xff];

/** Formats that are recognized so that the message can say what to do. */
const FOREIGN: readonly (readonly [starts: readonly string[], what: string, hint: string])[] = [
  [["PK\x03\x04"], "a zip archive or a spreadsheet (xlsx, ods)", "save the sheet as CSV"],
  [["\xd0\xcf\x11\xe0"], "an old spreadsheet (xls)", "save the sheet as CSV"],
  [["SQLite format 3\0"], "a SQLite database", "export the table as CSV"],
  [["RDX2\n", "RDX3\n", "X\n\0"], "an R workspace or object", "write the data frame with write.csv"],
  [["$FL2@", "$FL3@"], "an SPSS file", "export it as CSV"],
  [["<stata_dta>"], "a Stata file", "export it as CSV"],
  [["%PDF-"], "a PDF document", "give the table as CSV"],
];

const EXTENSIONS: ReadonlyMap<string, TableFormat> = new Map([
  ["csv", "delimited"],
  ["tsv", "delimited"],
  ["tab", "delimited"],
  ["txt", "delimited"],
  ["json", "json"],
  ["ndjson", "ndjson"],
  ["jsonl", "ndjson"],
]);

function formatOf(bytes: Uint8Array, name: string | undefined): TableFormat {
  const head = String.fromCharCode(...bytes.subarray(0, 256));
  const tail = String.fromCharCode(...bytes.subarray(-4));
  const extension = /\.([^./\\]+)$/.exec(name ?? "")?.[1]?.toLowerCase() ?? "";
  // a header may begin with the letters PAR1 too: binary data do not go on with printable text
  if (
    /^PAR1[^\t\n\r -~]/.test(head) ||
    (head.startsWith("PAR1") && (tail === "PAR1" || extension === "parquet"))
  ) {
    return "parquet";
  }
  if (head.startsWith("ARROW1\0\0") || startsWith(bytes, ARROW_CONTINUATION)) return "arrow";
  if (head.startsWith("PARE") && tail === "PARE")
    throw foreign("an encrypted Parquet file", "write it without encryption");
  if (head.startsWith("FEA1") && tail === "FEA1") {
    throw foreign("a Feather file of version 1", "write it again as version 2");
  }
  const known = FOREIGN.find(([starts]) => starts.some((start) => head.startsWith(start)));
  if (known !== undefined) throw foreign(known[1], known[2]);
  const byName = EXTENSIONS.get(extension);
  if (byName !== undefined) return byName;
  if (extension === "parquet" || extension === "arrow" || extension === "feather") {
    throw new HendersonError("table/format", `the file is named .${extension} but does not begin like one`, {
      hint: "it may be damaged or still be written",
    });
  }
  return /^(?:\xef\xbb\xbf)?\s*(?:\[\s*[{\]]|\{\s*["}])/.test(head) ? "json" : "delimited";
}

function foreign(what: string, hint: string): HendersonError {
  return new HendersonError("table/format", `this is ${what}, which cannot be read`, { hint });
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    const stream = new Blob([bytes.slice()]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (error) {
    throw new HendersonError("table/format", "the gzipped file is damaged or cut off", {
      hint: "copy it again",
      cause: error,
    });
  }
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, i) => bytes[i] === byte);
}
