import type { Command } from "commander";
import type { CommandContext } from "./commandContext.ts";

interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Loads the command; null for one that is planned. Only the command that runs is loaded, to start fast. */
  readonly load: (() => Promise<(context: CommandContext) => Command>) | null;
}

/** Every command, in the order of the help. */
export const commandList: readonly CommandEntry[] = [
  {
    name: "fit",
    summary: "fit a linear or linear mixed model",
    load: async () => (await import("./commands/fit.ts")).fitCommand,
  },
  {
    name: "anova",
    summary: "compare models by likelihood ratio and AIC",
    load: async () => (await import("./commands/anova.ts")).anovaCommand,
  },
  {
    name: "drop1",
    summary: "test each term that can be left out",
    load: async () => (await import("./commands/drop1.ts")).drop1Command,
  },
  {
    name: "ranova",
    summary: "test the random terms",
    load: async () => (await import("./commands/ranova.ts")).ranovaCommand,
  },
  {
    name: "step",
    summary: "backward elimination of random and fixed terms",
    load: async () => (await import("./commands/step.ts")).stepCommand,
  },
  {
    name: "test",
    summary: "test linear hypotheses about the fixed effects",
    load: async () => (await import("./commands/test.ts")).testCommand,
  },
  {
    name: "predict",
    summary: "predict new rows",
    load: async () => (await import("./commands/predict.ts")).predictCommand,
  },
  {
    name: "augment",
    summary: "the data with fitted values and residuals",
    load: async () => (await import("./commands/augment.ts")).augmentCommand,
  },
  {
    name: "confint",
    summary: "confidence intervals",
    load: async () => (await import("./commands/confint.ts")).confintCommand,
  },
  {
    name: "simulate",
    summary: "simulate responses from a fit",
    load: async () => (await import("./commands/simulate.ts")).simulateCommand,
  },
  {
    name: "bootstrap",
    summary: "parametric bootstrap of estimates and tests",
    load: async () => (await import("./commands/bootstrap.ts")).bootstrapCommand,
  },
  {
    name: "power",
    summary: "power of a test by simulation",
    load: async () => (await import("./commands/power.ts")).powerCommand,
  },
  {
    name: "means",
    summary: "marginal means, contrasts and slopes",
    load: async () => (await import("./commands/means.ts")).meansCommand,
  },
  {
    name: "check",
    summary: "check a fit in plain language",
    load: async () => (await import("./commands/check.ts")).checkCommand,
  },
  {
    name: "influence",
    summary: "influence of rows and groups on the estimates",
    load: async () => (await import("./commands/influence.ts")).influenceCommand,
  },
  {
    name: "loo",
    summary: "leave-one-out cross-validation",
    load: async () => (await import("./commands/loo.ts")).looCommand,
  },
  {
    name: "r2",
    summary: "R2 and intraclass correlations",
    load: async () => (await import("./commands/r2.ts")).r2Command,
  },
  {
    name: "pedigree",
    summary: "inbreeding and relationships of a pedigree",
    load: async () => (await import("./commands/pedigree.ts")).pedigreeCommand,
  },
  {
    name: "simulate-pedigree",
    summary: "simulate a population with pedigree, records and breeding values",
    load: async () => (await import("./commands/simulatePedigree.ts")).simulatePedigreeCommand,
  },
  {
    name: "equations",
    summary: "show the mixed model equations of a small model",
    load: async () => (await import("./commands/equations.ts")).equationsCommand,
  },
  {
    name: "explain",
    summary: "what an error or note means and what to do",
    load: async () => (await import("./commands/explain.ts")).explainCommand,
  },
  { name: "gee", summary: "generalized estimating equations", load: null },
  { name: "report", summary: "a report as one HTML file", load: null },
  { name: "plot", summary: "diagnostic and effect plots", load: null },
  { name: "studio", summary: "the studio in the browser", load: null },
];
