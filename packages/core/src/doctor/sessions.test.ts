import { expect, test } from "vitest";
import { unitOf } from "./sessions.ts";

const SLICE = "/user.slice/user-1000.slice/user@1000.service/app.slice";

test.for([
  [`0::${SLICE}/mosaic-tmux-holder.service`, "mosaic-tmux-holder.service"],
  [`0::${SLICE}/app-mosaic\\x2dagent.slice/mosaic-agent@lead.service`, "mosaic-agent@lead.service"],
  [`12:cpu:/\n1:name=systemd:/x.service\n0::${SLICE}/mosaic-agent@a.service/sub`, "mosaic-agent@a.service"],
  ["0::/user.slice/user-1000.slice/session-3.scope", undefined],
  ["0::/", undefined],
  ["", undefined],
] as const)("the cgroup %j is of the unit %j", ([cgroups, unit]) => {
  expect(unitOf(cgroups)).toBe(unit);
});
