import { appendFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { json } from "./fleet-world.ts";
import { alive, another, answer, treeOf, updateWorld, type UpdateWorld } from "./update-world.ts";

/** What the operator has in the home: their own files, and what they made of the framework's. */
const OPERATORS =
  /^(fleet\/(roster|second)\.yaml|fleet\/agents\/|fleet\/(roles|profiles)\.local\/|fleet\/backlog\/|[A-Z]+(\.local)?\.md|credentials|notes\/)/;

async function operatorsTree(world: UpdateWorld): Promise<Readonly<Record<string, string>>> {
  const tree = await treeOf(world.home);
  return Object.fromEntries(Object.entries(tree).filter(([path]) => OPERATORS.test(path)));
}

async function expectAnswers(world: UpdateWorld): Promise<void> {
  for (const agent of ["lead", "coder0"]) {
    const sent = await world.mosaic("agent", "send", agent, "--message", "still there?", "--json");
    expect(json(sent), sent.stderr).toMatchObject({ verdict: "accepted" });
  }
}

test("update, update again, roll back: no session is lost and no byte of the operator's changed", async () => {
  await using world = await updateWorld();
  await world.publish("0.1.1");
  const installed = await world.npm("install", "--global", join(world.root, "mosaic-cli-0.1.1.tgz"));
  expect(installed.exitCode, installed.stderr).toBe(0);
  expect((await world.mosaic("--version")).stdout.trim()).toBe("0.1.1");
  expect((await world.mosaic("fleet", "init", "--profile", "local-canary", "--write")).exitCode).toBe(0);
  const applied = await world.mosaic("fleet", "apply");
  expect(applied.exitCode, applied.stderr).toBe(0);
  try {
    await appendFile(join(world.home, "fleet/roster.yaml"), "# mine\n");
    await appendFile(join(world.home, "fleet/agents/coder0.env"), "MINE=1\n");
    for (const path of [
      "fleet/second.yaml",
      "fleet/roles.local/poet.md",
      "fleet/profiles.local/mine.yaml",
      "SOUL.md",
      "TOOLS.local.md",
      "credentials",
      "notes/todo.txt",
    ])
      await world.write(path, `mine: ${path}\n`);
    const edited = "fleet/roles/review.md";
    await appendFile(join(world.home, edited), "mine\n");
    const mine = await readFile(join(world.home, edited), "utf8");
    await rm(join(world.home, "fleet/roles/ceo.md"));
    const before = await operatorsTree(world);
    const running = await alive(world);
    expect(running.split("\n").filter((line) => line.endsWith(" 0"))).toHaveLength(5);

    expect((await world.mosaic("update", "--check")).stdout).toContain("mosaic 0.1.1 is the newest.");
    await world.publish("0.2.0", another("two"));
    const check = await world.mosaic("update", "--check", "--json");
    expect(check.exitCode).toBe(1);
    expect(JSON.parse(check.stdout)).toMatchObject({
      cli: { installed: "0.1.1", latest: "0.2.0", manager: "npm" },
    });

    const home = await treeOf(world.home, /^fleet\/run\//);
    const planned = answer(await world.mosaic("update", "--dry-run", "--json"));
    expect(await treeOf(world.home, /^fleet\/run\//)).toEqual(home);
    expect((await world.mosaic("--version")).stdout.trim()).toBe("0.1.1");
    const done = answer(await world.mosaic("update", "--json"));
    expect(done).toEqual({ ...planned, dry_run: false });
    expect(done).toMatchObject({ cli: { from: "0.1.1", to: "0.2.0" }, home: { from: "0.1.1", to: "0.2.0" } });
    expect(done.files.map(({ effect, path }) => `${effect} ${path}`)).toEqual([
      "remove fleet/examples/general.yaml",
      "add fleet/examples/only-in-two.yaml",
      "absent fleet/roles/ceo.md",
      "change fleet/roles/code.md",
      "change fleet/roles/review.md",
    ]);
    const keptAs = done.files.find(({ path }) => path === edited)?.kept_as ?? "";
    expect(await readFile(join(world.home, keptAs), "utf8")).toBe(mine);
    expect((await world.mosaic("--version")).stdout.trim()).toBe("0.2.0");
    expect(await alive(world)).toBe(running);
    await expectAnswers(world);

    // Again: once with nothing to do, once with a newer version.
    expect(answer(await world.mosaic("update", "--json")).files.map(({ effect }) => effect)).toEqual([
      "absent",
    ]);
    await world.publish("0.3.0", another("three"));
    expect(answer(await world.mosaic("update", "--json"))).toMatchObject({
      cli: { from: "0.2.0", to: "0.3.0" },
    });
    expect(await alive(world)).toBe(running);
    await expectAnswers(world);

    // Back to the first.
    await world.npm("install", "--global", "@mosaic/cli@0.1.1");
    expect(answer(await world.mosaic("update", "--no-self", "--json"))).toMatchObject({
      home: { from: "0.3.0", to: "0.1.1" },
    });
    expect(await alive(world)).toBe(running);
    await expectAnswers(world);
    expect(await operatorsTree(world)).toEqual(before);
    expect(await readFile(join(world.home, keptAs), "utf8")).toBe(mine);
    const { "fleet/roles/code.md": code } = await treeOf(world.home);
    expect(code).toBe(home["fleet/roles/code.md"]);

    // With --relaunch every agent is a new process, the lead last.
    const relaunched = answer(await world.mosaic("update", "--no-self", "--relaunch", "--json"));
    expect(relaunched.outcomes.map(({ agent, result }) => `${agent} ${result}`)).toEqual([
      "coder0 ready",
      "reviewer0 ready",
      "enhancer ready",
      "lead ready",
    ]);
    const pids = (text: string): string[] => text.split("\n").map((line) => line.split(" ")[2] ?? "");
    expect(pids(await alive(world)).filter((pid) => pid !== "" && pids(running).includes(pid))).toHaveLength(
      1,
    );
  } finally {
    await world.mosaic("fleet", "down");
  }
}, 180_000);
