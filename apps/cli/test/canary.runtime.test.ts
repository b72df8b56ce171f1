import { conformance } from "./runtime-conformance.ts";

conformance({
  name: "canary",
  folder: undefined,
  seat: { class: "code" },
  env: () => ({}),
  files: () => ({}),
  slow: (ms) => `slow ${String(ms)}ms`,
  asking: { message: 'block "May I?"', names: "May I?", yes: "y", no: "n" },
});
