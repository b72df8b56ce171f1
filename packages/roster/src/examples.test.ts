import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseRoster } from "./parse-roster.ts";

const folder = new URL("../../../framework/fleet/examples/", import.meta.url);
const presets = readdirSync(folder).map((file) => {
  const text = readFileSync(new URL(file, folder), "utf8");
  return [file, parseRoster(text, file, { tenantId: "operator" })] as const;
});

test.for(presets)("%s names the fleet's socket and holder and works in the home directory", ([, roster]) => {
  expect(roster.tmux).toEqual({ socket_name: "mosaic-fleet", holder_session: "_holder" });
  expect(roster.defaults.working_directory).toBe("~");
});

test.for(presets.filter(([file]) => file !== "minimal.yaml"))(
  "%s has exactly one orchestrator and at least one enhancer",
  ([, { agents }]) => {
    const classes = agents.map((agent) => agent.class);
    expect(classes.filter((persona) => persona === "orchestrator")).toHaveLength(1);
    expect(classes).toContain("enhancer");
  },
);

test("minimal.yaml is one canary on the pi runtime", () => {
  const minimal = presets.find(([file]) => file === "minimal.yaml")?.[1];
  expect(minimal?.agents.map(({ name, runtime }) => `${name} on ${runtime}`)).toEqual(["canary on pi"]);
});
