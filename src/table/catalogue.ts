import type { Catalogue } from "../base/catalogue.ts";

/** Codes of reading, selecting and writing tables. */
export const tableCatalogue: Catalogue = {
  "table/empty": {
    title: "0 rows",
    meaning: "The data hold no rows: the file is empty, or has a header line and nothing below it.",
    remedy: "Check that the right file was given and that the export that wrote it had finished.",
  },
  "table/ragged": {
    title: "Lines with different numbers of cells",
    meaning:
      "Every line of delimited text must have as many cells as the header. A line with fewer or more would put values under the wrong names, so nothing is read.",
    remedy:
      "Look at the lines the message names: a cell with the delimiter in it needs double quotes, and a decimal comma needs another delimiter than the comma.",
  },
  "table/quote": {
    title: "A quote that is not closed, or closed too early",
    meaning:
      "A cell that begins with a double quote ends with the next single one; a quote inside is written twice. Otherwise cells would be cut in the wrong places.",
    remedy: 'Close the quote, or double the quotes inside the cell ("5"" pipe").',
  },
  "table/duplicate-column": {
    title: "Two columns with one name",
    meaning: "A formula refers to columns by name; with a name used twice it is not clear which is meant.",
    remedy: "Rename one of the columns in the file.",
  },
  "table/unknown-column": {
    title: "No such column",
    meaning: "An option names a column that the table does not have.",
    remedy: "Check the spelling; upper and lower case matter.",
  },
  "table/length": {
    title: "Columns of different lengths",
    meaning: "Row i of a table is made of the i-th values of all columns, so all must have the same length.",
    remedy: "Fill the shorter column with null where values are missing.",
  },
  "table/source": {
    title: "Not a table",
    meaning:
      "A table is given as an array of row objects, as an object of arrays, or as a table of Arrow, flechette or arquero.",
    remedy: "Pass [{y: 1, x: 2}, ...] or {y: [1, ...], x: [2, ...]}.",
  },
  "table/cell": {
    title: "A cell that holds a list or an object",
    meaning:
      "Cells hold a number, text, true or false, a date, or nothing. Nested values have no place in a model.",
    remedy: "Unnest the column before, or leave it out.",
  },
  "table/nested-column": {
    title: "A nested column was left out",
    meaning:
      "The file has a column whose cells are lists or structures. It was not read; the other columns were.",
    remedy: "Unnest it in the program that wrote the file if you need it.",
  },
  "table/json": {
    title: "JSON that cannot be read as rows",
    meaning: "JSON data are an array of row objects, one object per line, or an object of arrays.",
    remedy: "Check the place the message names; a comma after the last element and comments are not JSON.",
  },
  "table/parquet": {
    title: "A Parquet file that cannot be read",
    meaning:
      "The file begins like Parquet, but is truncated, damaged, encrypted or uses a feature that is not supported.",
    remedy: "Copy the file again, or write it again with an ordinary compression (snappy, gzip, zstd).",
  },
  "table/arrow": {
    title: "Arrow data that cannot be read",
    meaning:
      "The file begins like Arrow IPC, but is truncated, damaged or uses a feature that is not supported.",
    remedy: "Copy the file again, or write it again; the older Feather version 1 must be converted first.",
  },
  "table/format": {
    title: "Not a file of a known table format",
    meaning:
      "Tables are read from delimited text, JSON, Parquet and Arrow IPC, also gzipped. These bytes are none of them.",
    remedy: "Save the data as CSV; a spreadsheet or a workspace of another program must be exported first.",
  },
  "table/too-large": {
    title: "More data than memory can address",
    meaning:
      "A file of delimited text must be smaller than 4 GiB, because places in it are kept as 32-bit numbers.",
    remedy: "Write the columns that the model needs to a Parquet file.",
  },
  "table/option": {
    title: "An option that cannot be",
    meaning: "The delimiter is one character and differs from the decimal mark.",
    remedy: "Leave the option out: both are found from the data.",
  },
  "table/row": {
    title: "A row number outside the table",
    meaning: "Rows are selected by their number from 0 to the row count less 1.",
    remedy: "Count rows from 0, without the header; the message has the number of rows.",
  },
  "table/unnamed-column": {
    title: "A column without a name",
    meaning:
      "A column without a name in the header was named X (X.1, ...), as R does. R writes row names that way.",
    remedy: "Nothing to do if the column is not needed; otherwise give it a name in the file.",
  },
  "table/row-names": {
    title: "Row names",
    meaning:
      "The header has one name less than the lines have cells, as R's write.table writes it. The first column was taken as row names and called X.",
    remedy: "If a name is missing from the header instead, add it to the file.",
  },
  "table/header": {
    title: "The first line looks like data",
    meaning:
      "The first line names the columns. Here it consists of numbers only, so perhaps the file has no header.",
    remedy: "Put a line with column names on top of the file.",
  },
  "table/almost-numeric": {
    title: "A column of numbers became text",
    meaning:
      "Most values of the column are numbers, but at least one is not, so that the column is text: in a model every distinct value would be a level of a factor.",
    remedy: "Correct the value, or declare it missing with --na (the option na in the library).",
  },
  "table/number-text": {
    title: "Text that looks like numbers",
    meaning:
      "Every value is a number written as text in a format that tells the two apart. The column stays text.",
    remedy: "Write the values as numbers if that is what they are.",
  },
  "table/large-integers": {
    title: "Integers beyond 2^53",
    meaning:
      "Double precision cannot tell all integers beyond 9007199254740992 apart: as numbers, different ids would become one.",
    remedy: "Keep ids as text with --text (the option text in the library).",
  },
  "table/leading-zeros": {
    title: "Numbers with leading zeros",
    meaning: "Values as 007 were read as numbers, so that 007 and 7 are the same.",
    remedy: "If they are ids, keep the column as text with --text (the option text in the library).",
  },
  "table/letters-as-logical": {
    title: "T or F read as TRUE or FALSE",
    meaning:
      "As in R, a column with nothing but T and F is logical. Here only one of the letters occurs, so perhaps it means something else (F for female).",
    remedy: "Keep the column as text with --text (the option text in the library).",
  },
  "table/blanks": {
    title: "Levels with blanks around them",
    meaning: "Text is compared exactly, so that 'a' and 'a ' are two levels.",
    remedy: "Remove the blanks in the file if they are not meant.",
  },
  "table/similar-levels": {
    title: "Levels that look the same",
    meaning:
      "Two levels differ only in blanks or in how an accented letter is encoded (Unicode normal form). They are kept as two levels, which is seldom meant.",
    remedy: "Write the values the same way in the file.",
  },
  "table/decimal-comma": {
    title: "Decimal comma",
    meaning: "Numbers are written with a decimal comma in this file and were read so.",
    remedy: "If the comma separates thousands, set the decimal mark to the point and remove the commas.",
  },
  "table/encoding": {
    title: "Not UTF-8",
    meaning:
      "The text is not UTF-8. It was read as UTF-16 where its bytes look like it, else as Windows-1252 (Western European).",
    remedy: "Save the file as UTF-8 if letters outside English look wrong.",
  },
};
