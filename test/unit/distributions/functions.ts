import { betaCdf, betaDensity, betaQuantile } from "../../../src/distributions/beta.ts";
import { fDensity } from "../../../src/distributions/fDensity.ts";
import { fCdf, fQuantile } from "../../../src/distributions/fisherF.ts";
import {
  chiSquaredCdf,
  chiSquaredQuantile,
  gammaCdf,
  gammaQuantile,
} from "../../../src/distributions/gamma.ts";
import { chiSquaredDensity, gammaDensity } from "../../../src/distributions/gammaDensity.ts";
import { digamma, logBeta, logGamma, trigamma } from "../../../src/distributions/gammaFunctions.ts";
import { normalCdf, normalDensity, normalQuantile } from "../../../src/distributions/normal.ts";
import {
  studentizedRangeCdf,
  studentizedRangeQuantile,
} from "../../../src/distributions/studentizedRange.ts";
import { tCdf, tQuantile } from "../../../src/distributions/studentT.ts";
import type { TailOptions } from "../../../src/distributions/tail.ts";
import { tDensity } from "../../../src/distributions/tDensity.ts";

type Call = (a: readonly number[], options: TailOptions) => number;

/** The functions of the reference table by name, called with the arguments of a row. */
export const functions: Readonly<Record<string, Call>> = {
  normalCdf: (a, o) => normalCdf(a[0]!, o),
  normalQuantile: (a, o) => normalQuantile(a[0]!, o),
  normalDensity: (a, o) => normalDensity(a[0]!, { log: o.log === true }),
  tCdf: (a, o) => tCdf(a[0]!, a[1]!, o),
  tQuantile: (a, o) => tQuantile(a[0]!, a[1]!, o),
  tDensity: (a, o) => tDensity(a[0]!, a[1]!, { log: o.log === true }),
  chiSquaredCdf: (a, o) => chiSquaredCdf(a[0]!, a[1]!, o),
  chiSquaredQuantile: (a, o) => chiSquaredQuantile(a[0]!, a[1]!, o),
  chiSquaredDensity: (a, o) => chiSquaredDensity(a[0]!, a[1]!, { log: o.log === true }),
  gammaCdf: (a, o) => gammaCdf(a[0]!, a[1]!, a[2]!, o),
  gammaDensity: (a, o) => gammaDensity(a[0]!, a[1]!, a[2]!, { log: o.log === true }),
  gammaQuantile: (a, o) => gammaQuantile(a[0]!, a[1]!, a[2]!, o),
  fDensity: (a, o) => fDensity(a[0]!, a[1]!, a[2]!, { log: o.log === true }),
  studentizedRangeCdf: (a, o) => studentizedRangeCdf(a[0]!, a[1]!, a[2]!, o),
  studentizedRangeQuantile: (a, o) => studentizedRangeQuantile(a[0]!, a[1]!, a[2]!, o),
  fCdf: (a, o) => fCdf(a[0]!, a[1]!, a[2]!, o),
  fQuantile: (a, o) => fQuantile(a[0]!, a[1]!, a[2]!, o),
  betaCdf: (a, o) => betaCdf(a[0]!, a[1]!, a[2]!, o),
  betaQuantile: (a, o) => betaQuantile(a[0]!, a[1]!, a[2]!, o),
  betaDensity: (a, o) => betaDensity(a[0]!, a[1]!, a[2]!, { log: o.log === true }),
  logGamma: (a) => logGamma(a[0]!),
  digamma: (a) => digamma(a[0]!),
  trigamma: (a) => trigamma(a[0]!),
  logBeta: (a) => logBeta(a[0]!, a[1]!),
};
