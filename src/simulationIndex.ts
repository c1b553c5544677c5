/** henderson/simulation: random streams that give the same digits on every machine. */

export { type RandomStream, randomStream } from "./base/random.ts";
