import { expect, test } from "vitest";
import { rows } from "./fleet-world.ts";
import { CLAUDE } from "./runtime-claude.ts";
import { conformance } from "./runtime-conformance.ts";
import { runtimeWorld } from "./runtime-world.ts";

conformance(CLAUDE);

test("a claude that asks something before it begins is not ready, and the failure has its question", async () => {
  const files = (model: string): Readonly<Record<string, string>> => ({
    ...CLAUDE.files(model),
    "work/.mcp.json": '{"mcpServers":{"mine":{"command":"true"}}}',
  });
  await expect(runtimeWorld({ ...CLAUDE, files })).rejects.toThrow(
    /coder0: it asks something before it begins: .*MCP server/,
  );
});

test("a claude deep in a repository that allows it things is not asked whether it trusts that", async () => {
  const files = (model: string): Readonly<Record<string, string>> => ({
    ...CLAUDE.files(model),
    "work/deep/.claude/settings.json": '{"permissions":{"allow":["Bash(ls)"]}}',
  });
  await using one = await runtimeWorld({ ...CLAUDE, files }, { working_directory: "~/work/deep" });
  expect(await one.send("--message", "hello")).toMatchObject({ verdict: "accepted" });
});

test("a claude whose seat gives a command of its own is asked, and talked to, like any other", async () => {
  await using one = await runtimeWorld(CLAUDE, { command: "mosaic claude --model sonnet --effort low" });
  expect((await rows(one.world))[0]).toMatchObject({ readiness: "available", flags: [] });
  const receipt = await one.send("--message", "one\ntwo");
  expect(receipt).toMatchObject({ verdict: "accepted" });
  expect((await one.asked(`#${receipt.id}]`)).user.at(-1)).toContain("two");
  await one.until("available");
  await one.send("--message", CLAUDE.asking?.message ?? "");
  await one.until("stuck");
  expect(await one.send("--message", "now?")).toMatchObject({ verdict: "not-delivered" });
});

/** A login with a plan, which has a limit of its own and an end of it. */
const PLAN = {
  ...CLAUDE,
  env: (model: string) => ({
    ANTHROPIC_BASE_URL: model,
    CLAUDE_CODE_OAUTH_TOKEN: `sk-ant-oat01-${"a".repeat(40)}-AA`,
  }),
};

test("a claude at the limit of its plan says until when, and nothing is typed into what it then asks", async () => {
  await using one = await runtimeWorld(PLAN);
  const matter = async (): Promise<string | undefined> =>
    /\n((?:LIMIT|STUCK) .*)/.exec((await one.world.mosaic("fleet", "ps")).stdout)?.[1];
  await one.send("--message", "<<refuse quota 3600>>");
  await one.until("available");
  expect(await matter()).toMatch(/^LIMIT coder0: its last turn failed: .*limit · resets \d+:\d\d[ap]m/);
  // So far away that it asks whether to wait.
  await one.send("--message", "<<refuse quota 200000>>");
  await one.until("stuck");
  expect(await matter()).toMatch(
    /^STUCK coder0: .*limit · resets \w+ \d+.* What do you want to do\? ❯ 1\. Stop/,
  );
  const refused = await one.send("--message", "and now?", "--timeout", "2");
  expect(refused).toMatchObject({ verdict: "not-delivered" });
  expect(refused.why).toContain("What do you want to do?");
  await one.key("Enter");
  await one.until("available");
  expect((await rows(one.world))[0]?.flags).toEqual(["LIMIT"]);
  await one.send("--message", "a word");
  await one.until("available");
  expect((await rows(one.world))[0]?.flags).toEqual([]);
}, 90_000);
