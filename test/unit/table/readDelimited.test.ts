import { describe, expect, it } from "vitest";
import { readDelimited } from "../../../src/table/readDelimited.ts";
import { plain } from "./columnsAsRows.ts";
import { failure } from "./failure.ts";

const codes = (text: string | Uint8Array): string[] => readDelimited(text).notes.map(({ code }) => code);

describe("delimiters", () => {
  const expected = { a: ["x", "y"], b: [1.5, 2] };
  it.each([
    ["comma", "a,b\nx,1.5\ny,2\n", ","],
    ["semicolon", "a;b\nx;1.5\ny;2\n", ";"],
    ["tab", "a\tb\nx\t1.5\ny\t2\n", "\t"],
    ["bar", "a|b\nx|1.5\ny|2\n", "|"],
    ["runs of blanks", "  a   b\n  x   1.5\n  y     2  \n", " "],
  ])("finds %s", (_, text, delimiter) => {
    const result = readDelimited(text);
    expect(plain(result.table)).toEqual(expected);
    expect(result.report.delimiter).toBe(delimiter);
  });

  it("reads a;b with decimal commas as two columns", () => {
    const result = readDelimited("a;b\n1,5;2\n2,25;-3,5e2\n");
    expect(plain(result.table)).toEqual({ a: [1.5, 2.25], b: [2, -350] });
    expect(result.report.decimal).toBe(",");
    expect(result.notes[0]!.code).toBe("table/decimal-comma");
  });

  it("counts delimiters outside quotes only", () => {
    const result = readDelimited('name;v\n"a,b,c,d";1\n"e,f,g,h";2\n');
    expect(plain(result.table)).toEqual({ name: ["a,b,c,d", "e,f,g,h"], v: [1, 2] });
  });

  it("does not split words of text at blanks", () => {
    expect(plain(readDelimited("reaction time\n250\n300\n").table)).toEqual({ "reaction time": [250, 300] });
    expect(plain(readDelimited("first name,y\nAnn Lee,1\nBo Ek,2\n").table)).toEqual({
      "first name": ["Ann Lee", "Bo Ek"],
      y: [1, 2],
    });
  });

  it("reads a single column", () => {
    expect(plain(readDelimited("y\n1\n2").table)).toEqual({ y: [1, 2] });
  });

  it("obeys Excel's sep= line", () => {
    expect(plain(readDelimited("sep=;\r\na;b\r\n1;2\r\n").table)).toEqual({ a: [1], b: [2] });
  });

  it("takes delimiter and decimal mark from the options", () => {
    const result = readDelimited("a,b|c\n1,5|2\n", { delimiter: "|", decimal: "," });
    expect(plain(result.table)).toEqual({ "a,b": [1.5], c: [2] });
  });

  it("refuses delimiters that cannot be", () => {
    expect(failure(() => readDelimited("a", { delimiter: "::" })).code).toBe("table/option");
    expect(failure(() => readDelimited("a", { delimiter: '"' })).code).toBe("table/option");
    expect(failure(() => readDelimited("a", { delimiter: ",", decimal: "," })).code).toBe("table/option");
  });

  it("does not take possible separators of thousands for decimal commas", () => {
    const tabbed = readDelimited("a\tb\nx\t1,250\ny\t12,400\n");
    expect(tabbed.report.columns[1]).toMatchObject({ kind: "text" });
    expect(plain(readDelimited("a\tb\nx\t0,250\ny\t12,400\n").table).b).toEqual([0.25, 12.4]);
    expect(plain(readDelimited("a;b\nx;1,250\ny;12,400\n").table).b).toEqual([1.25, 12.4]);
  });
});

describe("lines", () => {
  it.each([
    ["LF", "\n"],
    ["CRLF", "\r\n"],
    ["CR", "\r"],
  ])("end with %s", (_, end) => {
    const text = ["a,b", "1,x", "2,y"].join(end);
    expect(plain(readDelimited(text).table)).toEqual({ a: [1, 2], b: ["x", "y"] });
    expect(plain(readDelimited(text + end).table)).toEqual({ a: [1, 2], b: ["x", "y"] });
  });

  it("that are blank are skipped", () => {
    expect(plain(readDelimited("\n\na,b\n1,x\n   \n2,y\n\n\n \t \n").table)).toEqual({
      a: [1, 2],
      b: ["x", "y"],
    });
  });

  it("with missing trailing cells are an error with the line number", () => {
    const error = failure(() => readDelimited("a,b,c\n1,2,3\n\n4,5\n6,7,8\n9\n"));
    expect(error.code).toBe("table/ragged");
    expect(error.message).toBe("line 4 has 2 cells but the header has 3; 2 lines are ragged, the next: 6");
  });

  it("with extra cells are an error with the line number", () => {
    const error = failure(() => readDelimited('a,b\n"x\ny",1\n3,4,5\n'));
    expect(error.message).toBe("line 4 has 3 cells but the header has 2");
    expect(error.hint).toContain("quotes");
  });

  it("are not shifted by a name missing from a comma-separated header", () => {
    expect(failure(() => readDelimited("x,y\n1,5,2\n2,5,3\n")).code).toBe("table/ragged");
  });
});

describe("row names as R writes them", () => {
  it("have an empty first name from write.csv", () => {
    const result = readDelimited('"","y","g"\n"1",2.5,"a"\n"2",3,"b"\n');
    expect(plain(result.table)).toEqual({ X: [1, 2], y: [2.5, 3], g: ["a", "b"] });
    expect(result.notes.map(({ code }) => code)).toEqual(["table/unnamed-column"]);
  });

  it("have no name at all from write.table", () => {
    const result = readDelimited('"y" "g"\n"r1" 2.5 "a b"\n"r2" 3 "b"\n');
    expect(plain(result.table)).toEqual({ X: ["r1", "r2"], y: [2.5, 3], g: ["a b", "b"] });
    expect(result.notes.map(({ code }) => code)).toEqual(["table/row-names"]);
  });

  it("do not take the name of another column", () => {
    const { table } = readDelimited(",X,\n1,2,3\n");
    expect(Array.from(table.columns.keys())).toEqual(["X.1", "X", "X.2"]);
  });
});

describe("header", () => {
  it("with a name used twice is an error", () => {
    const error = failure(() => readDelimited("y,x, y\n1,2,3\n"));
    expect(error.code).toBe("table/duplicate-column");
    expect(error.message).toContain("columns 1 and 3 are both named 'y'");
  });

  it("without rows is an error", () => {
    const error = failure(() => readDelimited("a,b\n"));
    expect(error.code).toBe("table/empty");
    expect(error.message).toContain("0 rows");
    expect(failure(() => readDelimited("")).message).toContain("0 rows");
    expect(failure(() => readDelimited(" \n\n")).message).toContain("0 rows");
  });

  it("of numbers is suspicious", () => {
    expect(codes("1,2\n3,4\n")).toContain("table/header");
  });

  it("keeps names that are not syntactic, without blanks around them", () => {
    const { table } = readDelimited('" birth weight ",β,"a ""b"""\n1,2,3\n');
    expect(Array.from(table.columns.keys())).toEqual(["birth weight", "β", 'a "b"']);
  });
});

describe("quotes", () => {
  it("hold delimiters, line ends and doubled quotes", () => {
    const { table } = readDelimited('a,b\n"x, ""y""\r\nz",1\n"x, ""y""\r\nz", 2 \n');
    expect(plain(table)).toEqual({ a: ['x, "y"\r\nz', 'x, "y"\r\nz'], b: [1, 2] });
  });

  it("do not make numbers, logicals or missing values text", () => {
    const { table } = readDelimited('a,b,c\n"1.5","TRUE","NA"\n"-2e3","FALSE"," 7 "\n');
    expect(plain(table)).toEqual({ a: [1.5, -2000], b: [true, false], c: [null, 7] });
  });

  it("give the same level as the bare word", () => {
    expect(plain(readDelimited('a,b\n"x",1\nx,2\n').table).a).toEqual(["x", "x"]);
    expect(readDelimited('a,b\n"x",1\nx,2\n').report.columns[0]!.levels).toBe(1);
  });

  it("inside a bare word are ordinary characters", () => {
    expect(plain(readDelimited('a,b\n5" pipe,1\n6" pipe,2\n').table).a).toEqual(['5" pipe', '6" pipe']);
  });

  it("may follow blanks", () => {
    expect(plain(readDelimited('a,b\n1, "x,y"\n2, "z" \n').table).b).toEqual(["x,y", "z"]);
  });

  it("that are never closed are an error with the line", () => {
    const error = failure(() => readDelimited('a,b\n1,x\n2,"y\n3,z\n'));
    expect(error.code).toBe("table/quote");
    expect(error.message).toContain("line 3");
  });

  it("followed by text are an error with the line", () => {
    expect(failure(() => readDelimited('a,b\n1,"y"z\n')).message).toContain("line 2");
  });
});

describe("kinds of columns", () => {
  it("are numeric for R's spellings of numbers", () => {
    const text = "x\n1\n-2.5\n+3\n.5\n4.\n1e5\n1E-3\n Inf\n-inf\n+Infinity\n";
    expect(plain(readDelimited(text).table).x).toEqual([
      1,
      -2.5,
      3,
      0.5,
      4,
      1e5,
      1e-3,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
    expect(readDelimited(text).report.columns[0]).toEqual({
      name: "x",
      kind: "numeric",
      missing: 0,
      range: [-2.5, 1e5],
      infinite: 3,
    });
  });

  it.each(["0x1A", "1,000", "1 2", "1e", "--1", "e5", "1.2.3", "+", "infin"])(
    "are text where a cell is %s",
    (cell) => {
      const result = readDelimited(`x\tz\n1\t1\n${cell}\t1\n`);
      expect(result.report.columns[0]).toMatchObject({ kind: "text", levels: 2 });
    },
  );

  it("know empty, NA, NaN, a point and null as missing", () => {
    const { table, report } = readDelimited(
      "x,y,z\n1,a,TRUE\n,,\nNA,NA,NA\nNaN,NaN,NaN\n.,.,.\nnull,null,null\n",
    );
    expect(plain(table)).toEqual({
      x: [1, null, null, null, null, null],
      y: ["a", null, null, null, null, null],
      z: [true, null, null, null, null, null],
    });
    expect(report.columns.map(({ missing }) => missing)).toEqual([5, 5, 5]);
  });

  it("take further texts for missing", () => {
    const { table } = readDelimited("x,y\n1,a\n-999,none\n-999.0,b\n", { na: ["-999", "none"] });
    expect(plain(table)).toEqual({ x: [1, null, null], y: ["a", null, "b"] });
  });

  it("are numeric where everything is missing", () => {
    expect(readDelimited("x,y\nNA,1\n,2\n").report.columns[0]).toEqual({
      name: "x",
      kind: "numeric",
      missing: 2,
    });
  });

  it("are logical for TRUE, FALSE, T and F as in R, and true and false", () => {
    const { table } = readDelimited("a,b,c,d\nTRUE,T,true,True\nFALSE,F,false,False\nNA,NA,,\n");
    expect(plain(table)).toEqual({
      a: [true, false, null],
      b: [true, false, null],
      c: [true, false, null],
      d: ["True", "False", null],
    });
  });

  it("that hold only F are logical with a warning", () => {
    const [note] = readDelimited("sex,y\nF,1\nF,2\n").notes;
    expect(note).toMatchObject({ code: "table/letters-as-logical", severity: "warning" });
  });

  it("mixing TRUE with numbers are text", () => {
    expect(plain(readDelimited("x,y\nTRUE,1\n1,2\n").table).x).toEqual(["TRUE", "1"]);
  });

  it("say why they are text", () => {
    const { report, notes } = readDelimited("x,y\n1,a\n2,b\n\nn/a,c\n4,d\n");
    expect(report.columns[0]!.whyText).toEqual({
      reason: "not-a-number",
      value: "n/a",
      row: 3,
      line: 5,
      numbers: 3,
    });
    expect(notes).toHaveLength(1);
    expect(notes[0]!.message).toBe(
      "column 'x' was read as text: 'n/a' in row 3 (line 5) is not a number, though 3 of the 4 values are",
    );
    expect(notes[0]!.hint).toContain("--na 'n/a'");
  });

  it("stay text on request, with the digits as written", () => {
    const { table, report } = readDelimited("id,y\n007,1\n7,2\nNA,3\n", { text: ["id"] });
    expect(plain(table).id).toEqual(["007", "7", null]);
    expect(report.columns[0]!.whyText).toEqual({ reason: "requested" });
  });

  it("named in text must exist", () => {
    const error = failure(() => readDelimited("Subject,y\n1,2\n", { text: ["subjct"] }));
    expect(error.code).toBe("table/unknown-column");
    expect(error.hint).toBe("closest: 'Subject'");
  });

  it("warn about ids that numbers cannot hold", () => {
    const { notes } = readDelimited("id,y\n9007199254740993,1\n01,2\n");
    expect(notes.map(({ code }) => code)).toEqual(["table/large-integers", "table/leading-zeros"]);
    expect(codes("y\n1e300\n0.5\n-0.25\n0\n")).toEqual([]);
  });
});

describe("levels", () => {
  it("keep blanks around text and say so", () => {
    const { table, notes } = readDelimited("g,y\na,1\na ,2\n b,3\n");
    expect(plain(table).g).toEqual(["a", "a ", " b"]);
    expect(notes.map(({ code }) => code)).toEqual(["table/blanks", "table/similar-levels"]);
    expect(notes[1]!.message).toContain("'a' and 'a ' (blanks)");
  });

  it("that differ in their normal form are kept apart with a warning", () => {
    const { table, notes } = readDelimited("g,y\n\u00e9,1\ne\u0301,2\n");
    expect(new Set(plain(table).g).size).toBe(2);
    expect(notes.map(({ code }) => code)).toEqual(["table/similar-levels"]);
    expect(notes[0]!.message).toContain("1 and 2 code points");
  });

  it("differ in case without a note", () => {
    expect(codes("g,y\na,1\nA,2\n")).toEqual([]);
  });

  it("come in order of first appearance", () => {
    const column = readDelimited("g,y\nb,1\na,2\nb,3\n").table.columns.get("g")!;
    expect(column).toMatchObject({ kind: "text", levels: ["b", "a"], codes: Int32Array.of(0, 1, 0) });
  });
});

describe("encodings", () => {
  const text = "größe,g\n1,é\n2,ß\n";
  const expected = { größe: [1, 2], g: ["é", "ß"] };
  const utf16 = (littleEndian: boolean, mark: boolean): Uint8Array => {
    const full = (mark ? "\ufeff" : "") + text;
    const view = new DataView(new ArrayBuffer(2 * full.length));
    for (let i = 0; i < full.length; i++) view.setUint16(2 * i, full.charCodeAt(i), littleEndian);
    return new Uint8Array(view.buffer);
  };

  it("read UTF-8 with and without byte order mark", () => {
    expect(plain(readDelimited(new TextEncoder().encode(text)).table)).toEqual(expected);
    expect(plain(readDelimited(new TextEncoder().encode(`\ufeff${text}`)).table)).toEqual(expected);
    expect(plain(readDelimited(`\ufeff"a",b\n1,2\n`).table)).toEqual({ a: [1], b: [2] });
  });

  it("read UTF-16 of either byte order, by mark or by its zeros", () => {
    for (const littleEndian of [true, false]) {
      for (const mark of [true, false]) {
        expect(plain(readDelimited(utf16(littleEndian, mark)).table)).toEqual(expected);
      }
    }
  });

  it("read what is not UTF-8 as Windows-1252 with a warning", () => {
    const result = readDelimited(Uint8Array.from(text, (character) => character.charCodeAt(0)));
    expect(plain(result.table)).toEqual(expected);
    expect(result.notes[0]).toMatchObject({ code: "table/encoding", severity: "warning" });
  });

  it("refuse binary data", () => {
    expect(failure(() => readDelimited(Uint8Array.of(65, 0, 0, 0, 66, 1, 2, 3))).code).toBe("table/format");
  });
});
