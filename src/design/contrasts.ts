/** Coding of a factor: R's contr.treatment, contr.sum, contr.helmert, contr.poly. */
export type ContrastName = "treatment" | "sum" | "helmert" | "poly";
