import type { DenominatorMethod, DenominatorName } from "../inference/denominator.ts";

/** Every method of `--ddf`. */
export const ddfNames: readonly DenominatorName[] = [
  "satterthwaite",
  "kenward-roger",
  "between-within",
  "containment",
  "residual",
  "none",
];

/** The method that `--ddf` names, ready to be spread into options: what is not always there is loaded here. */
export async function denominatorOption(
  name: DenominatorName | undefined,
): Promise<{ readonly ddf?: DenominatorMethod }> {
  switch (name) {
    case undefined:
      return {};
    case "kenward-roger":
      return { ddf: (await import("../inference/kenwardRoger.ts")).kenwardRoger };
    case "between-within":
      return { ddf: (await import("../inference/betweenWithin.ts")).betweenWithin };
    case "containment":
      return { ddf: (await import("../inference/containment.ts")).containment };
    default:
      return { ddf: name };
  }
}
