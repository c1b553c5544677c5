// lme4 and henderson on the same data in one run, interleaved: node bench/compare.mjs [--million] [--fma] [--no-derivatives] [--rounds N] [case ...]
//
// --million adds one million rows (lme4 takes minutes); --fma allows fused multiply-add on Node 20, where it is off;
// --no-derivatives leaves out lmer's gradient and Hessian at the end (calc.derivs = FALSE), which are its default and
// which we always have.
//
// lme4: one thread of its BLAS (OPENBLAS_NUM_THREADS=1), one whole lmer call, data in memory, median.
// henderson: the built library (npm run build first), formula and design included, table in memory, after warm-up, median.
// The ratio of the shortest times stands beside that of the medians: on a busy machine it is the steadier one.
// Both criteria are printed: a fast wrong answer would show.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import v8 from "node:v8";

const root = fileURLToPath(new URL("..", import.meta.url));
const folder = `${root}.tmp/bench`;
const script = `${root}bench/lme4.R`;

const cases = [
  {
    name: "sleepstudy slopes",
    data: "sleepstudy",
    formula: "Reaction ~ Days + (Days | Subject)",
    REML: true,
    wanted: 300,
    inner: 5,
  },
  {
    name: "Chem97",
    data: "chem97",
    formula: "score ~ gcsecnt + gender + (1 | school) + (1 | lea)",
    REML: true,
    wanted: 20,
  },
  {
    name: "star",
    data: "star",
    formula: "math ~ gr + sx * eth + (1 | id) + (1 | tch)",
    REML: true,
    wanted: 15,
  },
  {
    name: "InstEval s, d",
    data: "insteval",
    formula: "y ~ service + (1 | s) + (1 | d)",
    REML: false,
    wanted: 12,
  },
  {
    name: "InstEval s, d, dept",
    data: "insteval",
    formula: "y ~ service + (1 | s) + (1 | d) + (1 | dept)",
    REML: false,
    wanted: 20,
  },
  {
    name: "InstEval service*dept",
    data: "insteval",
    formula: "y ~ service * dept + (1 | s) + (1 | d)",
    REML: false,
    wanted: 12,
  },
];
const million = {
  name: "million rows, slopes",
  data: "million",
  formula: "y ~ x + (x | g)",
  REML: true,
  wanted: 200,
  once: true,
};
/** numeric columns of the exports that are factors of the model */
const factors = { insteval: ["service", "dept"] };

const flags = process.argv.slice(2);
const rounds = flags.includes("--rounds") ? Number(flags[flags.indexOf("--rounds") + 1]) : 3;
if (flags.includes("--fma")) v8.setFlagsFromString("--experimental-wasm-relaxed-simd");
const derivatives = !flags.includes("--no-derivatives");
const names = flags.filter((flag, i) => !flag.startsWith("--") && flags[i - 1] !== "--rounds");

/**
 * One million rows with a random slope, each in one of 1e5 groups drawn at random (sizes 0 to about 27, no order);
 * a linear congruential generator keeps the data the same everywhere.
 */
function simulateMillion() {
  let state = 20260101n;
  const uniform = () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return (Number(state >> 11n) + 0.5) / 2 ** 53;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const groups = 1e5;
  const intercepts = Float64Array.from({ length: groups }, normal);
  const slopes = Float64Array.from({ length: groups }, normal);
  const columns = { y: new Float64Array(1e6), x: new Float64Array(1e6), g: new Float64Array(1e6) };
  for (let i = 0; i < 1e6; i++) {
    const g = Math.floor(uniform() * groups);
    const x = normal();
    columns.x[i] = x;
    columns.g[i] = g + 1;
    columns.y[i] =
      10 + 0.5 * x + 0.8 * intercepts[g] + (0.2 * intercepts[g] + 0.4 * slopes[g]) * x + normal();
  }
  return columns;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const {
  buildDesign,
  fit: fitFormula,
  parseFormula,
  readTable,
  toTable,
} = await import(`${root}dist/index.js`);

const tables = new Map();
async function tableOf(name) {
  if (!tables.has(name)) {
    const table =
      name === "million"
        ? toTable(simulateMillion())
        : (await readTable(readFileSync(`${folder}/${name}.csv`), { name: `${name}.csv` })).table;
    tables.set(name, table);
  }
  return tables.get(name);
}

const options = (request) => ({
  method: request.REML ? "REML" : "ML",
  ...(factors[request.data] ? { factors: factors[request.data] } : {}),
});

/** Fits until `budget` milliseconds are spent, at least `least` times; the times in seconds. */
async function timeOurs(request, budget, least) {
  const table = await tableOf(request.data);
  const times = [];
  let result;
  const begin = performance.now();
  while (times.length < least || performance.now() - begin < budget) {
    const start = performance.now();
    result = fitFormula(request.formula, table, options(request));
    times.push((performance.now() - start) / 1000);
    if (times.length >= 5000) break;
  }
  return {
    times,
    objective: -2 * result.logLik,
    kernels: result.kernels,
    converged: result.convergence.converged,
  };
}

/** Median seconds of formula and design alone: what of a fit is not optimization. */
async function timeDesign(request) {
  const table = await tableOf(request.data);
  const times = [];
  for (let i = 0; i < (request.inner ? 500 : 5); i++) {
    const start = performance.now();
    buildDesign(
      parseFormula(request.formula),
      table,
      factors[request.data] ? { factors: factors[request.data] } : {},
    );
    times.push((performance.now() - start) / 1000);
  }
  return median(times);
}

// a process of its own: peak memory of reading nothing but the one table and fitting it
if (flags.includes("--memory")) {
  const table = toTable(simulateMillion());
  const before = process.resourceUsage().maxRSS;
  fitFormula(million.formula, table, { method: "REML" });
  console.log(JSON.stringify({ before, after: process.resourceUsage().maxRSS }));
  process.exit(0);
}

mkdirSync(folder, { recursive: true });
const environment = { ...process.env, OPENBLAS_NUM_THREADS: "1", OMP_NUM_THREADS: "1" };
const hasR =
  spawnSync("Rscript", ["-e", "library(lme4); library(mlmRev)"], { env: environment }).status === 0;
if (!hasR) {
  console.error(
    "R with lme4, mlmRev and jsonlite is needed for the comparison (Debian: r-cran-lme4 r-cran-mlmrev r-cran-jsonlite)",
  );
  process.exit(1);
}
if (!existsSync(`${folder}/insteval.csv`)) {
  console.error("exporting the data once");
  spawnSync("Rscript", [script, "export", folder], { env: environment, stdio: "inherit" });
}
const wanted = [...cases, ...(flags.includes("--million") ? [million] : [])].filter(
  ({ name }) => names.length === 0 || names.some((part) => name.includes(part)),
);
if (wanted.includes(million) && !existsSync(`${folder}/million.csv`)) {
  const { y, x, g } = simulateMillion();
  const lines = ["y,x,g"];
  for (let i = 0; i < y.length; i++) lines.push(`${y[i]},${x[i]},${g[i]}`);
  writeFileSync(`${folder}/million.csv`, lines.join("\n"));
}

const server = spawn("Rscript", [script, "serve", folder], {
  env: environment,
  stdio: ["pipe", "pipe", "inherit"],
});
const answers = createInterface({ input: server.stdout })[Symbol.asyncIterator]();
async function askR(request, repetitions) {
  const { data, formula, REML, inner = 1 } = request;
  server.stdin.write(`${JSON.stringify({ data, formula, REML, inner, repetitions, derivatives })}\n`);
  const answer = await answers.next();
  if (answer.done) throw new Error("R ended early");
  return JSON.parse(answer.value);
}

console.log(
  `${cpus()[0].model}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}, ` +
    `lmer ${derivatives ? "as it is" : "without derivatives"}`,
);
console.log(
  `${"case".padEnd(24)}${"lme4".padStart(12)}${"henderson".padStart(12)}${"design".padStart(10)}${"ratio".padStart(8)}${"of best".padStart(9)}${"wanted".padStart(8)}` +
    `${"lme4 -2logL".padStart(18)}${"ours minus it".padStart(16)}`,
);
let kernels = "";
for (const request of wanted) {
  const theirs = [];
  const ours = [];
  let reference;
  let own;
  await timeOurs(request, 2000, request.once ? 5 : 20); // warm-up: engines compile what is used often, in steps
  // neighbors of a shared machine halve its speed for tenths of a second: short fits need more turns to be even
  const turns = request.once ? 1 : request.inner ? 5 * rounds : rounds;
  for (let turn = 0; turn < turns; turn++) {
    reference = await askR(request, request.once ? 1 : 2);
    theirs.push(...reference.times);
    // as long as lme4 had, and not less than a third of a second: the first fits after a wait find memory given back
    const spent = reference.times.reduce((sum, time) => sum + 1e3 * time * (request.inner ?? 1), 0);
    own = await timeOurs(request, request.once ? 300 : Math.max(300, spent), request.once ? 3 : 5);
    ours.push(...own.times);
  }
  const [t, o] = [median(theirs), median(ours)];
  kernels = own.kernels;
  const time = (seconds) =>
    seconds < 1 ? `${(seconds * 1e3).toPrecision(3)} ms` : `${seconds.toPrecision(3)} s`;
  console.log(
    `${request.name.padEnd(24)}${time(t).padStart(12)}${time(o).padStart(12)}${time(await timeDesign(request)).padStart(10)}${(t / o).toFixed(1).padStart(8)}` +
      `${(Math.min(...theirs) / Math.min(...ours)).toFixed(1).padStart(9)}` +
      `${String(request.wanted).padStart(8)}${reference.objective[0].toFixed(6).padStart(18)}` +
      `${(own.objective - reference.objective[0]).toExponential(1).padStart(16)}${own.converged ? "" : "  not converged"}`,
  );
}
server.stdin.end();
console.log(`kernels: ${kernels}`);
if (wanted.includes(million)) {
  const child = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--memory"], {
    encoding: "utf8",
  });
  const { before, after } = JSON.parse(child.stdout);
  console.log(
    `million rows: peak memory ${(after / 1024).toFixed(0)} MB, of which ${(before / 1024).toFixed(0)} MB before the fit`,
  );
}
