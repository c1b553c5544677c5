declare const __HENDERSON_VERSION__: string | undefined;

/** Version of the package, put in when it is built. */
export const version: string =
  typeof __HENDERSON_VERSION__ === "string" ? __HENDERSON_VERSION__ : "development";
