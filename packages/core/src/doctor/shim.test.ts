import { expect, test } from "vitest";
import { judgeShim, shimWords } from "./shim.ts";

test("the words of the script are read as they were quoted, a quote in a path included", () => {
  const text = `#!/bin/sh\nexec '/opt/node' '/home/o'\\''neill/mosaic.js' "$@"\n`;
  expect(shimWords(text)).toEqual(["/opt/node", "/home/o'neill/mosaic.js"]);
  expect(shimWords("#!/bin/sh\n")).toEqual([]);
});

const own = { node: "/opt/node", program: "/opt/mosaic.js", version: "v24.0.0" };
const calls = { node: "/usr/bin/node", program: "/usr/lib/mosaic.js" };

test.for([
  ["before the first start there is none", undefined, [], undefined, []],
  ["one that works", calls, [], "v22.18.0", []],
  ["an old Node", calls, [], "v20.1.0", ["NODE_TOO_OLD"]],
  ["a Node that is gone", calls, ["/usr/bin/node"], undefined, ["SHIM_BROKEN"]],
  ["a Node that does not run", calls, [], undefined, ["SHIM_BROKEN"]],
] as const)("%s", ([, called, missing, version, codes]) => {
  const found = judgeShim({
    path: "/run/mosaic",
    ...(called ? { calls: called } : {}),
    missing,
    version,
    own,
  });
  expect(found.map(({ code }) => code)).toEqual(codes);
  for (const { fix } of found) expect(fix?.after).toBe("/opt/node /opt/mosaic.js");
});
