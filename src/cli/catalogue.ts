import type { Catalogue } from "../base/catalogue.ts";

/** Codes of the command line. */
export const cliCatalogue: Catalogue = {
  "cli/usage": {
    title: "The command was not understood",
    meaning:
      "An option or argument is unknown, missing or has a value that does not fit. Nothing was computed.",
    remedy: "Look at henderson COMMAND --help. Quote the formula, so that the shell leaves it alone.",
  },
  "cli/not-yet": {
    title: "Not yet in this version",
    meaning: "The command or option is planned and its name is fixed, but this version cannot do it.",
    remedy:
      "Leave the option out, or install a newer version when there is one (henderson --version tells yours).",
  },
  "cli/unknown-code": {
    title: "No such code",
    meaning: "henderson explain knows the codes that errors and notes carry; this is none of them.",
    remedy: "henderson explain without a code lists them all.",
  },
  "cli/file-not-found": {
    title: "File not found",
    meaning: "There is no file of this name in the folder.",
    remedy: "Check the spelling and the folder you are in; - stands for standard input.",
  },
  "cli/file-unreadable": {
    title: "A file that cannot be read",
    meaning: "The file exists, but the system does not let henderson read it, or it is a folder.",
    remedy: "Check its permissions and that it is a file.",
  },
  "cli/file-unwritable": {
    title: "A file that cannot be written",
    meaning:
      "The result could not be written, to a file or to standard output. A file of that name, if there was one, is as it was before.",
    remedy: "Check that the folder exists, that you may write there, and that the disk is not full.",
  },
  "cli/data-gone": {
    title: "The data of the fit cannot be read again",
    meaning:
      "This command needs the rows, which a saved fit does not hold; it holds where they were. There is no such file now.",
    remedy: "Name the file with --data.",
  },
  "cli/internal": {
    title: "An unexpected failure",
    meaning: "A defect of henderson, not of your data or model.",
    remedy: "Report it with the command and, if you can, the data.",
  },
};
