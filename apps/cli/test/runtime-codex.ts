import { runtimeFolder } from "@mosaic/fleet-testkit/runtimes";
import type { RuntimeUnderTest } from "./runtime-world.ts";

const escalated = {
  cmd: "touch permitted",
  sandbox_permissions: "require_escalated",
  justification: "It makes a file",
};

export const CODEX: RuntimeUnderTest = {
  name: "codex",
  folder: runtimeFolder("codex"),
  seat: { yolo: false, class: "code", model_hint: "some-model" },
  env: () => ({ LOOPBACK_KEY: "none" }),
  files: (model) => ({
    ".codex/config.toml": `
model_provider = "loopback"
approval_policy = "on-request"
sandbox_mode = "workspace-write"
[analytics]
enabled = false
[tui]
show_tooltips = false
[features]
apps = false
plugins = false
remote_plugin = false
[model_providers.loopback]
name = "loopback"
base_url = "${model}/v1"
wire_api = "responses"
env_key = "LOOPBACK_KEY"
`,
  }),
  slow: (ms) => `<<slow ${String(ms)}>> take your time`,
  asking: {
    message: `<<tool exec_command ${JSON.stringify(escalated)}>>`,
    names: "touch permitted",
    yes: "y",
    no: "Escape",
  },
  // For a tip of the day.
  asksFor: ["CONNECT raw.githubusercontent.com:443"],
  compacting: "/compact",
  refused: {
    nothing: "scripted error 400",
    quota: "hit your usage limit",
    login: "token has expired",
    overloaded: "at capacity",
  },
  interrupt: ["Escape"],
};
