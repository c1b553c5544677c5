import type { Catalogue } from "../base/catalogue.ts";

export const engineCatalogue: Catalogue = {
  "engine/unsupported": {
    title: "No engine can fit this model",
    meaning: "Every engine was asked and gave a reason; the message lists them.",
    remedy: "Simplify the term that the reasons name.",
  },
};
