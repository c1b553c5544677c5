import type { Catalogue } from "../base/catalogue.ts";
import { checksCatalogue } from "../checks/catalogue.ts";
import { covarianceCatalogue } from "../covariance/catalogue.ts";
import { designCatalogue } from "../design/catalogue.ts";
import { distributionsCatalogue } from "../distributions/catalogue.ts";
import { engineCatalogue } from "../engines/catalogue.ts";
import { fitCatalogue } from "../fit/catalogue.ts";
import { formulaCatalogue } from "../formula/catalogue.ts";
import { geneticsCatalogue } from "../genetics/catalogue.ts";
import { inferenceCatalogue } from "../inference/catalogue.ts";
import { meansCatalogue } from "../inference/means/catalogue.ts";
import { linalgCatalogue } from "../linalg/catalogue.ts";
import { sparseCatalogue } from "../linalg/sparse/catalogue.ts";
import { predictCatalogue } from "../predict/catalogue.ts";
import { simulationCatalogue } from "../simulation/catalogue.ts";
import { tableCatalogue } from "../table/catalogue.ts";
import { reportCatalogue } from "./catalogue.ts";

/** Every code that errors and notes of the library carry, in the order of the stages. */
export const codes: Catalogue = {
  ...tableCatalogue,
  ...formulaCatalogue,
  ...geneticsCatalogue,
  ...designCatalogue,
  ...covarianceCatalogue,
  ...linalgCatalogue,
  ...sparseCatalogue,
  ...engineCatalogue,
  ...fitCatalogue,
  ...predictCatalogue,
  ...inferenceCatalogue,
  ...meansCatalogue,
  ...checksCatalogue,
  ...simulationCatalogue,
  ...distributionsCatalogue,
  ...reportCatalogue,
};
