import { test } from "vitest";
import { readFileSync } from "node:fs";
import { fit as fitFormula } from "/work/wt/variance/src/index.ts";
import { readDelimited } from "/work/wt/variance/src/tableIndex.ts";
import { profileIntervals } from "/work/wt/variance/src/inferenceIndex.ts";
test("x", () => {
 for (const [f,d,w] of [["score ~ Machine + (1 | Worker) + (1|Worker:Machine)","Machines"],["score ~ Machine + (Machine | Worker)","Machines"],["distance ~ age*Sex + (age | Subject)","Orthodont"],["distance ~ age + (1|Subject)","Orthodont"],["Reaction ~ Days + (Days||Subject)","sleepstudy"],["Reaction ~ Days + (Days|Subject)","sleepstudy","1+Days/4"],["Reaction ~ Days + cs(0+factor(Days)|Subject)","sleepstudy"],["score ~ Machine + cs(0+Machine|Worker)","Machines"],["score ~ Machine + homcs(0+Machine|Worker)","Machines"],["score ~ Machine + diag(0+Machine|Worker)","Machines"],["Reaction ~ Days + ar1(0+factor(Days)|Subject)","sleepstudy"]]) {
  const t = readDelimited(new Uint8Array(readFileSync(d.includes("/")?d:`/work/wt/variance/test/reference/data/${d}.csv`))).table;
  const m = fitFormula(f!, t, w?{weights:w}:{});
  let n=0; const t0=performance.now();
  const r = profileIntervals(m, { onProgress: (p)=>{n=p.minimizations; return undefined;} });
  console.log(f, n, performance.now()-t0);
  for (const i of r.intervals) console.log(i.name, i.estimate, i.lower, i.upper, i.lowerIsBoundary, i.upperIsBoundary, i.profile.length);
  console.log(r.notes.map(n=>n.message).join("\n"));
 }
});
