// The bootstrap of the penicillin likelihood-ratio test (row D14) beside lme4's loop of simulate() and two refit()s, in one run:
// npm run build && node bench/bootstrap.mjs [--rounds N]
//
// Both in one thread, in turns, times of the processor (user and system), so that a busy machine does not decide; each replicate is a
// draw from the null model and two fits. Printed: seconds for 1000 replicates, the ratio of each round, and the proportion below the
// observed statistic, because a fast wrong answer would show.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const flags = process.argv.slice(2);
const rounds = flags.includes("--rounds") ? Number(flags[flags.indexOf("--rounds") + 1]) : 3;
const { fit: fitFormula } = await import("../dist/index.js");
const { bootstrapRatio } = await import("../dist/simulation.js");
const { readDelimited } = await import("../dist/table.js");

const script = `
suppressMessages(library(lme4))
data <- read.csv("examples/penicillin.csv", stringsAsFactors = TRUE)
larger <- lmer(yield ~ treat + (1 | blend), data, REML = FALSE)
smaller <- lmer(yield ~ (1 | blend), data, REML = FALSE)
observed <- as.numeric(2 * (logLik(larger) - logLik(smaller)))
set.seed(as.integer(commandArgs(TRUE)[1]))
n <- 300
statistic <- numeric(n)
time <- system.time(for (i in seq_len(n)) {
  y <- simulate(smaller)[[1]]
  statistic[i] <- 2 * (logLik(suppressMessages(refit(larger, y))) - logLik(suppressMessages(refit(smaller, y))))
})
cat(sum(time[1:2]) / n, mean(statistic < observed), as.character(packageVersion("lme4")), "\\n")
`;

function lme4(seed) {
  const run = spawnSync("Rscript", ["-e", script, String(seed)], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" },
  });
  if (run.status !== 0) throw new Error(run.stderr);
  const [seconds, below, version] = run.stdout.trim().split(" ");
  return { micro: 1e6 * Number(seconds), below: Number(below), version };
}

const { table } = readDelimited(readFileSync(`${root}examples/penicillin.csv`));
const larger = fitFormula("yield ~ treat + (1 | blend)", table, { method: "ML" });
const smaller = fitFormula("yield ~ (1 | blend)", table, { method: "ML" });

async function henderson(seed, n) {
  const start = process.cpuUsage();
  const { below } = await bootstrapRatio(larger, smaller, { n, seed, workers: 1 });
  const { user, system } = process.cpuUsage(start);
  return { micro: (user + system) / n, below };
}

/** Seconds for 1000 replicates of so many microseconds each. */
function thousand(micro) {
  return (micro / 1000).toPrecision(2);
}

// the first thousand alone, before the compiler of the JavaScript engine has done its work: what a user waits for in a new process
const cold = await henderson(1, 1000);
console.log(
  `henderson, first 1000 replicates of the process: ${thousand(cold.micro)} s (${(100 * cold.below).toFixed(1)} % below)`,
);
for (let round = 1; round <= rounds; round++) {
  const theirs = lme4(round);
  const ours = await henderson(round, 20_000);
  console.log(
    `round ${round}: 1000 replicates, lme4 ${theirs.version} ${thousand(theirs.micro)} s (${(100 * theirs.below).toFixed(1)} % below), ` +
      `henderson ${thousand(ours.micro)} s (${(100 * ours.below).toFixed(1)} % below): ${(theirs.micro / ours.micro).toFixed(0)} times, ` +
      `the first 1000 ${(theirs.micro / cold.micro).toFixed(0)} times`,
  );
}
