import { runtimeFolder } from "@mosaic/fleet-testkit/runtimes";
import type { RuntimeUnderTest } from "./runtime-world.ts";

export const PI: RuntimeUnderTest = {
  name: "pi",
  folder: runtimeFolder("pi"),
  seat: { class: "code", model_hint: "loopback/some-model" },
  env: () => ({ PI_OFFLINE: "1" }),
  files: (model) => ({
    ".pi/agent/models.json": JSON.stringify({
      providers: {
        loopback: {
          baseUrl: `${model}/v1`,
          api: "openai-completions",
          apiKey: "none",
          models: [{ id: "some-model" }],
        },
      },
    }),
  }),
  slow: (ms) => `<<slow ${String(ms)}>> take your time`,
  refused: {
    nothing: "scripted error 400",
    quota: "exceeded your current quota",
    login: "token has expired",
    overloaded: "currently overloaded",
  },
  interrupt: ["Escape"],
};
