import { test } from "vitest";
import { readFileSync } from "node:fs";
import { fit as fitFormula } from "/work/wt/variance/src/index.ts";
import { readDelimited } from "/work/wt/variance/src/tableIndex.ts";
import { profileIntervals } from "/work/wt/variance/src/inferenceIndex.ts";
test("x", () => {
 for (const [f,d] of [["Reaction ~ Days + (Days | Subject)","sleepstudy"],["Yield ~ 1 + (1 | Batch)","Dyestuff"],["Yield ~ 1 + (1 | Batch)","Dyestuff2"],["diameter ~ 1 + (1 | plate) + (1|sample)","Penicillin"],["strength ~ 1 + (1 | batch/cask)","Pastes"]]) {
  const t = readDelimited(new Uint8Array(readFileSync(d.includes("/")?d:`/work/wt/variance/test/reference/data/${d}.csv`))).table;
  const m = fitFormula(f!, t);
  let n=0; const t0=performance.now();
  const r = profileIntervals(m, { onProgress: (p)=>{n=p.minimizations; return undefined;} });
  console.log(f, n, performance.now()-t0);
  for (const i of r.intervals) console.log(i.name, i.estimate, i.lower, i.upper, i.lowerIsBoundary, i.upperIsBoundary, i.profile.length);
  console.log(r.notes.map(n=>n.message).join("\n"));
 }
});
