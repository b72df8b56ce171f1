import { expect, test } from "vitest";
import { listProcesses, parseParents, parseProcesses } from "./ps.ts";

test("all processes are asked for in one call", () => {
  expect(listProcesses([12, 7]).slice(-2)).toEqual(["-p", "12,7"]);
});

test.for([
  [
    "a line of Linux",
    "  31337     812   2048 Ss+  node server.js --port 80\n",
    [{ pid: 31337, parent: 812, residentKiB: 2048, foreground: true, command: "node server.js --port 80" }],
  ],
  [
    "a line of macOS",
    "  812     1   2048 Ss   /bin/zsh -l\n",
    [{ pid: 812, parent: 1, residentKiB: 2048, foreground: false, command: "/bin/zsh -l" }],
  ],
  [
    "white space inside a command stays",
    "1 0 0 S    sh -c  a  b \n",
    [{ pid: 1, parent: 0, residentKiB: 0, foreground: false, command: "sh -c  a  b " }],
  ],
  [
    "a program without a name",
    "5 1 0 S    \n",
    [{ pid: 5, parent: 1, residentKiB: 0, foreground: false, command: "" }],
  ],
  ["a zombie has ended", "  9  1  0 Z    [node] <defunct>\n  9  1  0 Z+   (node)\n", []],
  ["nothing", "", []],
  ["another shape", "PID PPID RSS STAT COMMAND\nerror: 1 2 3 S x\n", []],
] as const)("%s", ([, stdout, processes]) => {
  expect(parseProcesses(stdout)).toEqual(processes);
});

test("each process has its parent", () => {
  expect([...parseParents("    1     0\n  812     1\n31337 812\n\n")]).toEqual([
    [1, 0],
    [812, 1],
    [31337, 812],
  ]);
});
