import type { Catalogue } from "../base/catalogue.ts";

/** Codes of reports and of saved fits. */
export const reportCatalogue: Catalogue = {
  "report/saved-fit": {
    title: "Not a saved fit",
    meaning:
      "The file is not one that henderson fit --save wrote or henderson fit --json printed, it was changed by hand, or another version wrote it.",
    remedy: "Save the fit again: henderson fit FORMULA DATA --save fit.json.",
  },
  "report/other-data": {
    title: "Other data than those that were fitted",
    meaning:
      "A saved fit refers to the rows it was fitted to and knows the SHA-256 of the file they came from. The file given now has other bytes, or gives another model, so fitted values, residuals and tests would not belong to the fit.",
    remedy:
      "Give the file as it was when the model was fitted (--data FILE), or fit the model again to the new data.",
  },
  "report/not-plain": {
    title: "A value that cannot be saved",
    meaning: "Only plain data can be written to a FIT file: numbers, texts, arrays and objects of them.",
    remedy: "Leave functions and class instances out of what is saved.",
  },
  "report/normal-tests": {
    title: "Tests with the normal distribution",
    meaning:
      "Degrees of freedom allow for variances that were estimated. Here the variances are held at known values, or finding the degrees of freedom would cost much more than the fit.",
    remedy: "Nothing where variances are known. Otherwise ask for --ddf satterthwaite and wait.",
  },
};
