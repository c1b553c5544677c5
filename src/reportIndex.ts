/** henderson/report: results as text and JSON, saved fits, and what codes mean. */

export { explain } from "./report/explain.ts";
export { type LoadOptions, loadFit, type SaveOptions, saveFit } from "./report/fitFile.ts";
export { fitJson } from "./report/fitJson.ts";
export { jointTestsJson, meansJson } from "./report/meansJson.ts";
export { jointTestsText, type MeansTextOptions, meansText } from "./report/meansText.ts";
export { type Summary, type SummaryOptions, summarize } from "./report/summary.ts";
export { type SummaryTextOptions, summaryText } from "./report/summaryText.ts";
export { type VarianceComponent, varianceComponents } from "./report/varianceComponents.ts";
