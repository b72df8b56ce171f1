declare const MOSAIC_VERSION: string | undefined;

/** The version of the package, put in by the build; sources run without one. */
export const VERSION: string = typeof MOSAIC_VERSION === "string" ? MOSAIC_VERSION : "0.0.0-source";
