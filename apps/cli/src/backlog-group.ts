import { group } from "./group.ts";

export const backlog = group(
  "backlog",
  "cards: units of work, each claimed by one agent at a time",
  [
    "mosaic fleet backlog create --id A1 --title 'Parse the header'",
    "mosaic fleet backlog claim --owner coder0",
    "mosaic fleet backlog board",
  ],
  async () => (await import("./backlog-verbs.ts")).BACKLOG,
);
