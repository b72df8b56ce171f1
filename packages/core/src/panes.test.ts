import { expect, test } from "vitest";
import { samplePane } from "../test/sample.ts";
import { firstPanes } from "./panes.ts";

test("an agent's pane is the oldest of its session, wherever others were put", () => {
  const agent = samplePane({ paneId: "%9", windowIndex: 1, paneIndex: 1 });
  const split = samplePane({ paneId: "%10", windowIndex: 1, paneIndex: 0 });
  const window = samplePane({ paneId: "%11", windowIndex: 0, paneIndex: 0 });
  const other = samplePane({ paneId: "%2", session: "coder1", sessionId: "$2" });
  const panes = firstPanes([split, window, agent, other]);
  expect(panes.get("coder0")).toBe(agent);
  expect(panes.get("coder1")).toBe(other);
});
