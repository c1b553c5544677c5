import { type RandomStream, randomStream } from "../base/random.ts";

/** The stream of one replicate, counted from 0: the same whatever else is drawn, and in whichever thread. */
export function replicateStream(seed: number, replicate: number): RandomStream {
  return randomStream(seed, replicate);
}
