/** The complete rosters that ship, for `fleet init`. */
export const PRESETS = ["coding", "general", "hybrid", "local-canary", "minimal", "research"] as const;
