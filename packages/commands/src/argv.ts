/** Program and arguments; no shell ever reads them. */
export type Argv = readonly [string, ...string[]];
