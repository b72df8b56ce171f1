import { expect, test } from "vitest";
import { mosaicOver, parsePeerOutput, sshFailure } from "./ssh.ts";

test("the words of the far command are one argument, in which every word is quoted", () => {
  const argv = mosaicOver("ada@oak", ["agent", "send", "it's; $HOME"]);
  expect(argv.slice(0, 2)).toEqual(["ssh", "-T"]);
  expect(argv.slice(-3, -1)).toEqual(["--", "ada@oak"]);
  expect(argv.at(-1)).toMatch(/ 'mosaic' 'agent' 'send' 'it'\\''s; \$HOME'$/);
  expect(argv).toContain("BatchMode=yes");
});

test.for([
  [
    "what a login prints before is passed over",
    "Welcome!\nmosaic-peer 1700000000\n{}\n",
    { stdout: "{}\n", clock: 1_700_000_000 },
  ],
  ["a program that prints nothing", "mosaic-peer 17\n", { stdout: "", clock: 17 }],
  ["nothing", "", undefined],
  ["a login that ends before", "Bye\n", undefined],
] as const)("%s", ([, stdout, output]) => {
  expect(parsePeerOutput(stdout)).toEqual(output);
});

test.for([
  ["ssh: connect to host oak port 22: Connection refused", "it refuses the connection"],
  ["ssh: connect to host oak port 22: Connection timed out", "it did not answer in time"],
  ["ssh: connect to host oak port 22: No route to host", "it cannot be reached"],
  ["ssh: Could not resolve hostname oka: Name or service not known", "there is no host of that name"],
  ["ada@oak: Permission denied (publickey).", "it does not let this user in"],
  [
    "No ED25519 host key is known for oak and you have requested strict checking.\nHost key verification failed.",
    "its host key is not known here",
  ],
  [
    "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.",
    "its host key has changed",
  ],
  ["client_loop: send disconnect: Broken pipe", undefined],
  ["", undefined],
] as const)("%j is %s", ([stderr, why]) => {
  expect(sshFailure(stderr)?.why).toBe(why);
});
