import { runtimeFolder } from "@mosaic/fleet-testkit/runtimes";
import type { RuntimeUnderTest } from "./runtime-world.ts";

export const CLAUDE: RuntimeUnderTest = {
  name: "claude",
  folder: runtimeFolder("claude"),
  seat: { yolo: false, class: "code", model_hint: "sonnet" },
  env: (model) => ({
    ANTHROPIC_BASE_URL: model,
    ANTHROPIC_API_KEY: "none-01234567890123456789",
    // Ten take minutes.
    CLAUDE_CODE_MAX_RETRIES: "1",
  }),
  // Each version has another mode as its default.
  files: () => ({ ".claude/settings.json": '{"permissions":{"defaultMode":"default"}}' }),
  slow: (ms) => `<<slow ${String(ms)}>> take your time`,
  asking: {
    message: '<<tool Bash {"command":"touch permitted","description":"Makes a file"}>>',
    names: "touch permitted",
    yes: "Enter",
    no: "Escape",
  },
  compacting: "/compact",
  refused: {
    nothing: "scripted error 400",
    quota: "exceed your account's rate limit",
    login: "OAuth token has expired",
    overloaded: "Overloaded",
  },
  interrupt: ["Escape"],
};
