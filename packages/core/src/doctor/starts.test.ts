import { expect, test } from "vitest";
import { programOf } from "./starts.ts";

test.for([
  ["my-agent --quiet", "my-agent"],
  ["/opt/agents/run.sh", "/opt/agents/run.sh"],
  ["bin/agent", "bin/agent"],
  ["exec my-agent", undefined],
  ["KEY=1 my-agent", undefined],
  ["cd /srv && my-agent", undefined],
  ['"my agent"', undefined],
  ["$HOME/agent", undefined],
  ["~/agent", undefined],
  ["", undefined],
] as const)("of %j the program is %j", ([commandLine, program]) => {
  expect(programOf(commandLine)).toBe(program);
});
