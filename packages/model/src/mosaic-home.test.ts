import { expect, test } from "vitest";
import { parseAgentName } from "./agent-name.ts";
import { mosaicHome } from "./mosaic-home.ts";

const agent = parseAgentName("coder-1");

test("everything of one home lies below its root", () => {
  const home = mosaicHome("/home/user/.config/mosaic");
  expect([home.roster, home.env(agent), home.heartbeat(agent), home.events(agent), home.paused]).toEqual([
    "/home/user/.config/mosaic/fleet/roster.yaml",
    "/home/user/.config/mosaic/fleet/agents/coder-1.env",
    "/home/user/.config/mosaic/fleet/run/coder-1.hb",
    "/home/user/.config/mosaic/fleet/run/coder-1.events",
    "/home/user/.config/mosaic/fleet/run/PAUSED",
  ]);
  for (const path of Object.values(home).map((value: unknown) =>
    typeof value === "function" ? "" : String(value),
  )) {
    expect(path === "" || path.startsWith(home.root)).toBe(true);
  }
  for (const path of [home.inbox(agent), home.lock("apply")])
    expect(path.startsWith(`${home.run}/`)).toBe(true);
});

test.for([
  ["/srv/m", "/srv/m", "/srv/m/fleet"],
  ["/srv/m/", "/srv/m", "/srv/m/fleet"],
  ["/srv/m///", "/srv/m", "/srv/m/fleet"],
  ["/", "/", "/fleet"],
] as const)("the root %j has the root %j and the fleet %j", ([root, expected, fleet]) => {
  expect(mosaicHome(root)).toMatchObject({ root: expected, fleet });
});

test("no two agents share a file", () => {
  const home = mosaicHome("/m");
  const [a, b] = [parseAgentName("a"), parseAgentName("a-2")];
  for (const path of [home.heartbeat, home.events, home.inbox, home.env]) expect(path(a)).not.toBe(path(b));
});
