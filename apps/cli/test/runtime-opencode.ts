import { runtimeFolder } from "@mosaic/fleet-testkit/runtimes";
import type { RuntimeUnderTest } from "./runtime-world.ts";

export const OPENCODE: RuntimeUnderTest = {
  name: "opencode",
  folder: runtimeFolder("opencode"),
  seat: { class: "code", yolo: false, model_hint: "loopback/some-model" },
  env: () => ({ OPENCODE_DISABLE_MODELS_FETCH: "1" }),
  files: (model) => ({
    ".config/opencode/opencode.json": JSON.stringify({
      permission: { bash: "ask" },
      provider: {
        loopback: {
          npm: "@ai-sdk/openai-compatible",
          options: { baseURL: `${model}/v1`, apiKey: "none" },
          models: { "some-model": { name: "some-model" } },
        },
      },
    }),
    // Else it wants to install the package of this name there, and waits for the network before it draws anything.
    ".config/opencode/node_modules/.keep": "",
    ".config/opencode/package-lock.json": JSON.stringify({
      packages: { "": { dependencies: { "@opencode-ai/plugin": "*" } } },
    }),
  }),
  slow: (ms) => `<<slow ${String(ms)}>> take your time`,
  asking: {
    message: '<<tool bash {"command":"touch permitted","description":"Makes a file"}>>',
    names: "touch permitted",
    yes: "Enter",
    no: "Escape",
  },
  refused: {
    nothing: "scripted error 400",
    quota: "exceeded your current quota",
    login: "token has expired",
    overloaded: "currently overloaded",
  },
  interrupt: ["Escape", "Escape"],
};
