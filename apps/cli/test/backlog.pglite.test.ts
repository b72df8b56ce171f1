import { mkdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failure } from "./fleet-world.ts";
import { expectFreshClaims } from "./fresh-shells.ts";
import { addCards, backlogWorld, ended, type BacklogWorld } from "./store-world.ts";

/** Many processes at once, on a machine that may have other things to do. */
const SLOW = { timeout: 180_000 };

// A new store takes seconds to make; each test begins with a copy of one.
let template: BacklogWorld;
beforeAll(async () => {
  template = await backlogWorld();
  await addCards(template, []);
  await template.mosaic("store", "stop");
}, 100_000);
afterAll(() => template[Symbol.asyncDispose]());

const world = (env: Readonly<Record<string, string>> = {}): Promise<BacklogWorld> =>
  backlogWorld({ from: template.home, env });
const ids = (count: number): string[] => Array.from({ length: count }, (_, i) => `A${String(i)}`);

test("eight shells at once on a machine that has no store yet never see the same card", SLOW, async () => {
  await using fleet = await backlogWorld();
  await expectFreshClaims(fleet);
  expect(await fleet.pid()).toBeGreaterThan(0);
});

test("no acknowledged write is lost when the service is killed in the middle of calls", SLOW, async () => {
  await using fleet = await world();
  await addCards(fleet, ["first"]);
  const acknowledged: string[] = [];
  let running = 3;
  const goesOn = (): boolean => running > 0;
  const worker = async (name: string): Promise<void> => {
    for (const n of ids(4)) {
      const { card } = await fleet.json("fleet", "backlog", "create", "--id", `${name}-${n}`, "--title", n);
      acknowledged.push(card.id);
      const held = await fleet.json("fleet", "backlog", "claim", "--owner", name, "--id", card.id);
      const fence = String(held.card.fence);
      const answer = await fleet.json("fleet", "backlog", "complete", "--id", card.id, "--fence", fence);
      expect(answer.card).toMatchObject({ status: "done", fence: 1 });
    }
  };
  const killed = new Set<number>();
  const killer = async (): Promise<void> => {
    while (goesOn()) {
      const pid = await fleet.pid();
      if (pid === undefined || killed.has(pid)) continue;
      // The second kill and the later ones hit a service that has served: at least one card more than before.
      const before = acknowledged.length;
      while (goesOn() && acknowledged.length === before) await fleet.pid();
      process.kill(pid, "SIGKILL");
      killed.add(pid);
    }
  };
  const killing = killer();
  try {
    await Promise.all(["w0", "w1", "w2"].map(worker));
  } finally {
    running = 0;
    await killing;
  }
  expect(killed.size).toBeGreaterThan(1);
  const { cards } = await fleet.json("fleet", "backlog", "list", "--status", "done");
  expect(cards.map(({ id, attempts }) => `${id} ${String(attempts)}`).sort()).toEqual(
    acknowledged.map((id) => `${id} 1`).sort(),
  );
  expect((await fleet.mosaic("fleet", "backlog", "doctor")).exitCode).toBe(0);
});

test("no second process opens the directory, whatever name it has for it", async () => {
  await using fleet = await world();
  await addCards(fleet, ["A1"]);
  const pid = await fleet.pid();
  const other = `${fleet.root}/other`;
  await mkdir(`${other}/fleet`, { recursive: true });
  await symlink(`${fleet.home}/fleet/backlog`, `${other}/fleet/backlog`);
  const { service } = await fleet.json("store", "status", "--mosaic-home", other);
  expect(service?.pid).toBe(pid);
  const { cards } = await fleet.json("fleet", "backlog", "list", "--mosaic-home", other);
  expect(cards.map(({ id }) => id)).toEqual(["A1"]);
  const second = await fleet.mosaic("store", "serve");
  expect(second).toMatchObject({ exitCode: 0, stdout: '{"held":true}\n' });
  expect(await fleet.pid()).toBe(pid);
});

test.for(["store stop", "SIGTERM"])(
  "%s closes the store cleanly, and the next call opens it",
  async (how) => {
    await using fleet = await world();
    await addCards(fleet, ["A1"]);
    const pid = (await fleet.pid()) ?? 0;
    if (how === "SIGTERM") process.kill(pid, "SIGTERM");
    else expect(await fleet.json("store", "stop")).toMatchObject({ stopped: true });
    await ended(pid);
    expect(await fleet.pid()).toBeUndefined();
    await expect(stat(`${fleet.home}/fleet/backlog.service/socket`)).rejects.toMatchObject({
      code: "ENOENT",
    });
    expect((await fleet.json("fleet", "backlog", "show", "A1")).card.id).toBe("A1");
    expect(await fleet.json("store", "stop")).toMatchObject({ stopped: true });
    expect(await fleet.json("store", "stop")).toMatchObject({ stopped: false });
  },
);

test("the service ends when nobody wants anything of it", async () => {
  await using fleet = await world({ MOSAIC_STORE_IDLE_SECONDS: "1" });
  await addCards(fleet, ["A1"]);
  await ended((await fleet.pid()) ?? 0);
  expect(await fleet.pid()).toBeUndefined();
});

test("the service knows neither its starter's secrets nor its pane, and holds no terminal", async () => {
  await using fleet = await world({ SOME_API_KEY: "hunter2", MOSAIC_AGENT_NAME: "coder0" });
  await addCards(fleet, ["A1"]);
  const pid = String((await fleet.pid()) ?? 0);
  const environment = await readFile(`/proc/${pid}/environ`, "utf8");
  expect(environment).not.toMatch(/hunter2|MOSAIC_AGENT_NAME|DATABASE_URL/);
  expect(await readFile(`/proc/${pid}/cmdline`, "utf8")).toContain("serve\0--mosaic-home\0");
  // pid, name, state, parent, group, session, terminal
  const status = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/\(.*\)/, "name").split(" ");
  expect(status.slice(5, 7)).toEqual([pid, "0"]);
  const { card } = await fleet.json("fleet", "backlog", "claim");
  expect(card.claim_owner).toBe("coder0");
});

test("a home that lies too deep for a socket has a store like any other", async () => {
  await using fleet = await backlogWorld({ from: template.home, deeper: ["d".repeat(90)] });
  await addCards(fleet, ["A1"]);
  expect((await fleet.json("fleet", "backlog", "show", "A1")).card.id).toBe("A1");
  expect(await fleet.pid()).toBeGreaterThan(0);
});

test("a card's way: created, refused, claimed, renewed, lost, completed, and what waits for it freed", async () => {
  await using fleet = await world();
  const backlog = (...args: readonly string[]) => fleet.json("fleet", "backlog", ...args);
  const refused = async (...args: readonly string[]) => {
    const result = await fleet.mosaic("fleet", "backlog", ...args, "--json");
    return [result.exitCode, failure(result).code];
  };
  await backlog("create", "--id", "A1", "--title", "One", "--priority", "-1");
  await backlog("create", "--id", "A2", "--title", "Two", "--depends-on", "A1", "--acceptance", '["runs"]');
  expect(await refused("create", "--id", "A1", "--title", "Other")).toEqual([5, "BACKLOG_CARD_EXISTS"]);
  expect(await refused("create", "--id", "A3", "--title", "x", "--depends-on", "A9")).toEqual([
    4,
    "BACKLOG_DEPENDENCY_UNKNOWN",
  ]);
  expect(await refused("link", "--from", "A1", "--to", "A2")).toEqual([5, "BACKLOG_CYCLE"]);
  expect(await refused("claim", "--owner", "a", "--id", "A2")).toEqual([5, "BACKLOG_NOT_READY"]);
  expect(await refused("claim", "--owner", "a", "--ttl", "0")).toEqual([2, "BACKLOG_INVALID"]);
  expect((await fleet.mosaic("fleet", "backlog", "claim")).exitCode).toBe(2);
  expect(await refused("show", "A9")).toEqual([4, "BACKLOG_CARD_UNKNOWN"]);
  expect((await backlog("claim", "--owner", "a")).card).toMatchObject({ id: "A1", fence: 1 });
  expect(await backlog("claim", "--owner", "b")).toMatchObject({ card: null });
  expect(await refused("claim", "--owner", "b", "--id", "A1")).toEqual([5, "BACKLOG_CLAIMED"]);
  await backlog("renew", "--id", "A1", "--fence", "1", "--ttl", "1h");
  expect(await backlog("reclaim")).toMatchObject({ reclaimed: [] });
  expect(await backlog("reclaim", "--id", "A1")).toMatchObject({ reclaimed: [{ id: "A1" }] });
  expect((await backlog("claim", "--owner", "b")).card).toMatchObject({ id: "A1", fence: 2 });
  expect(await refused("complete", "--id", "A1", "--fence", "1")).toEqual([5, "BACKLOG_FENCE_LOST"]);
  await backlog("release", "--id", "A1", "--fence", "2");
  await backlog("block", "--id", "A1", "--reason", "later");
  await backlog("unblock", "--id", "A1");
  expect(await backlog("complete", "--id", "A1", "--evidence", '{"commit":"1f3a"}')).toMatchObject({
    freed: ["A2"],
  });
  await backlog("unlink", "--from", "A2", "--to", "A1");
  expect((await backlog("list", "--ready-only")).cards.map(({ id }) => id)).toEqual(["A2"]);
});

test("each verb prints the keys that the reference says, and a card has its fields", async () => {
  await using fleet = await world();
  await addCards(fleet, ["A1", "A2"]);
  const page = await readFile(`${import.meta.dirname}/../../../docs/reference/backlog.md`, "utf8");
  const section = (title: string): string => page.split(`## ${title}\n`)[1]?.split("\n## ")[0] ?? "";
  const names = (text: string): string[] => [...text.matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
  const documented = new Map(
    [...section("Verbs").matchAll(/^\| `(\w+)` .* \| (.*) \|$/gm)].map(([, verb = "", keys = ""]) => [
      verb,
      names(keys),
    ]),
  );
  const fields = [...section("A card").matchAll(/^\| `(\w+)`/gm)].map(([, field = ""]) => field);
  const card = ["--id", "A1"];
  const calls: readonly (readonly string[])[] = [
    ["create", "--id", "A3", "--title", "x"],
    ["import", "/dev/null"],
    ["link", "--from", "A2", "--to", "A1"],
    ["unlink", "--from", "A2", "--to", "A1"],
    ["list"],
    ["show", "A1"],
    ["board"],
    ["graph"],
    ["claim", ...card, "--owner", "a"],
    ["renew", ...card, "--fence", "1"],
    ["release", ...card, "--fence", "1"],
    ["reclaim"],
    ["block", ...card],
    ["unblock", ...card],
    ["complete", ...card],
    ["reopen", ...card],
    ["stats"],
    ["doctor"],
  ];
  for (const [verb = "", ...args] of calls) {
    const answer = await fleet.json("fleet", "backlog", verb, ...args);
    expect([verb, ...Object.keys(answer).sort()]).toEqual([
      verb,
      ...["version", ...(documented.get(verb) ?? [])].sort(),
    ]);
    expect(answer.version).toBe(1);
    if ("card" in answer) expect(Object.keys(answer.card).sort()).toEqual([...fields].sort());
  }
  const covered = calls.map(([verb]) => verb);
  expect([...documented.keys()].filter((verb) => !covered.includes(verb))).toEqual(["export"]);
});

test("a file that is no UTF-8 is refused, and not taken with other characters", async () => {
  await using fleet = await world();
  const file = `${fleet.root}/latin.jsonl`;
  await writeFile(file, Buffer.from('{"id":"A1","title":"caf\u00e9"}\n', "latin1"));
  const result = await fleet.mosaic("fleet", "backlog", "import", file, "--json");
  expect([result.exitCode, failure(result).code]).toEqual([1, "READ_FAILED"]);
  expect(failure(result).hint).toContain("UTF-8");
  await writeFile(file, '\ufeff{"id":"A1","title":"caf\u00e9"}\n');
  expect((await fleet.json("fleet", "backlog", "import", file)).cards).toBe(1);
});

test("a wrong line is told by its number in the file, also behind empty lines", async () => {
  await using fleet = await world();
  const stdin = '{"id":"A1","title":"One"}\n\n\n{"id":"A2"}\n';
  const result = await fleet.mosaicWith({ stdin }, "fleet", "backlog", "import", "-", "--json");
  expect(failure(result).message).toBe("import: line 4: title is missing");
  const right = await fleet.mosaicWith({ stdin: stdin.slice(0, 28) }, "fleet", "backlog", "import", "-");
  expect(right.stdout).toBe("New: 1 cards, 0 events, 0 messages, 0 entries of spend.\n");
});

test("show tells all that became of a card, however much that is", async () => {
  await using fleet = await world();
  const stamp = { tenant_id: "t", host: "h" };
  const events = Array.from({ length: 250 }, (_, n) => {
    const event = { ts: n, kind: n % 2 === 0 ? "claimed" : "released", card_id: "A1", owner: "a" };
    return { version: 1, kind: "event", event: { seq: n + 1, fence: n, detail: null, ...event, ...stamp } };
  });
  const lines = [{ id: "A1", title: "One" }, ...events].map((line) => JSON.stringify(line));
  await fleet.mosaicWith({ stdin: lines.join("\n") }, "fleet", "backlog", "import", "-");
  const shown = await fleet.json("fleet", "backlog", "show", "A1");
  expect(shown.events.map(({ seq }) => seq)).toEqual(events.map(({ event }) => event.seq));
});

test("what a terminal obeys does not leave a card, in no view and in no refusal", async () => {
  await using fleet = await world();
  const evil = "red \u001b[31m\u009b2J\u0007\u202e";
  const card = {
    id: "A1",
    title: evil,
    body: evil,
    phase: evil,
    class: evil,
    acceptance: [evil, { [evil]: evil }],
  };
  await fleet.mosaicWith({ stdin: JSON.stringify(card) }, "fleet", "backlog", "import", "-");
  await fleet.mosaic("fleet", "backlog", "block", "--id", "A1", "--reason", evil);
  await fleet.mosaic("fleet", "backlog", "unblock", "--id", "A1");
  await fleet.mosaic("fleet", "backlog", "claim", "--id", "A1", "--owner", evil);
  for (const view of [
    ["list"],
    ["show", "A1"],
    ["board"],
    ["board", "--by", "phase"],
    ["graph"],
    ["claim", "--id", "A1", "--owner", "b"],
  ]) {
    const { stdout, stderr } = await fleet.mosaic("fleet", "backlog", ...view);
    expect(stdout + stderr).toContain("red");
    expect(stdout + stderr).not.toMatch(/[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]/);
  }
});

test("who waits for a card is told so, and that none came", async () => {
  await using fleet = await world();
  const { exitCode, stdout, stderr } = await fleet.mosaic(
    "fleet",
    "backlog",
    "claim",
    "--owner",
    "a",
    "--wait",
    "1s",
  );
  expect([exitCode, stdout]).toEqual([0, ""]);
  expect(stderr).toBe(
    "No card can be claimed yet; waiting for one. Ctrl-C stops it.\nNo card can be claimed now.\n",
  );
});

test("a waiting claimer gets the card that comes", async () => {
  await using fleet = await world();
  await addCards(fleet, []);
  const waiting = fleet.json("fleet", "backlog", "claim", "--owner", "a", "--wait", "60s");
  await addCards(fleet, ["A1"]);
  expect((await waiting).card).toMatchObject({ id: "A1", claim_owner: "a" });
});

test("tree, dot, mermaid, board and table show what waits for what", async () => {
  await using fleet = await world();
  for (const args of [
    ["A1", "One"],
    ["A2", "Two", "--depends-on", "A1"],
    ["A3", 'Say "x"', "--depends-on", "A1,A2"],
  ]) {
    const [id = "", title = "", ...more] = args;
    await fleet.json("fleet", "backlog", "create", "--id", id, "--title", title, ...more);
  }
  const text = async (...args: readonly string[]) => (await fleet.mosaic("fleet", "backlog", ...args)).stdout;
  expect(await text("graph")).toBe(
    'A3 waiting  Say "x"\n├─ A1 ready  One\n└─ A2 waiting  Two\n   └─ A1 ready  One\n',
  );
  expect(await text("graph", "--format", "dot")).toContain('  "A3" -> "A2";\n');
  expect(await text("graph", "--format", "mermaid")).toContain('["A3 Say #quot;x#quot;"]');
  expect(await text("board")).toMatch(/BLOCKED 0 +WAITING 2 +READY 1 +CLAIMED 0 +DONE 0\n +A2 Two +A1 One/);
  expect(await text("list")).toMatch(/^ID +PRIO +STATUS/);
  expect(await text("stats")).toMatch(/^ready +3 {2}1 to claim, the oldest for \d+s; 2 waiting$/m);
});

test("a board shows the first cards of a column, and says how many there are", async () => {
  await using fleet = await world();
  await addCards(fleet, ids(4));
  expect((await fleet.mosaic("fleet", "backlog", "board", "--by", "phase", "--limit", "2")).stdout).toMatch(
    /^ *\(NONE\) 4\n.*\n.*\nand 2 more\n$/,
  );
  expect(await fleet.json("fleet", "backlog", "board", "--by", "phase", "--limit", "2")).toMatchObject({
    columns: [{ name: "(none)", count: 4, cards: [{}, {}] }],
  });
});

test("a graph leaves out what is done and says so, and draws no arrow to it", async () => {
  await using fleet = await world();
  await addCards(fleet, ["A1"]);
  await fleet.json("fleet", "backlog", "create", "--id", "A2", "--title", "Two", "--depends-on", "A1");
  await fleet.json("fleet", "backlog", "complete", "--id", "A1");
  const open = await fleet.mosaic("fleet", "backlog", "graph", "--format", "dot");
  expect(open.stdout).not.toContain("A1");
  expect(open.stderr).toBe("Left out: 1 that is done. All of them: --all\n");
  expect(await fleet.json("fleet", "backlog", "graph")).toMatchObject({ left_out: { done: 1, open: 0 } });
  const all = await fleet.mosaic("fleet", "backlog", "graph", "--all", "--format", "dot");
  expect(all.stdout).toContain('  "A2" -> "A1";\n');
  expect(all.stderr).toBe("");
});

test("a backup is restored into another home, and nothing is lost", async () => {
  await using fleet = await world();
  await using other = await world();
  await addCards(fleet, ids(3));
  await fleet.json("fleet", "backlog", "claim", "--owner", "a");
  await fleet.json("fleet", "backlog", "complete", "--id", "A0", "--fence", "1");
  const { path, records } = await fleet.json("store", "backup");
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(records).toBe(8);
  expect((await fleet.mosaic("store", "backup", path)).exitCode).toBe(1);
  await other.json("store", "import", path);
  const exported = async (of: BacklogWorld): Promise<unknown> => {
    const { stdout } = await of.mosaic("store", "export");
    return stdout.split("\n").filter((line) => line.includes('"kind":"card"'));
  };
  expect(await exported(other)).toEqual(await exported(fleet));
  // A second time changes nothing.
  expect(await other.json("store", "import", path)).toMatchObject({ cards: 0, existing: 3 });
});

test("an export that cannot be written ends with one sentence about that", async () => {
  await using fleet = await world();
  await addCards(fleet, ids(500));
  const argv = fleet.argv("store", "export");
  const { exitCode, stderr } = await fleet.run(["sh", "-c", 'exec "$@" >/dev/full', "sh", ...argv]);
  expect(exitCode).toBe(7);
  expect(stderr).toMatch(/^mosaic: the answer could not be written: .*\n {2}.*\n$/);
});

test("a backup is written many records at a time, and nothing is said beside what it is", async () => {
  await using fleet = await world();
  await addCards(fleet, ids(2_000));
  const file = `${fleet.root}/cards.jsonl`;
  // A shell's count has what its children did.
  const line = '"$@" && grep syscw /proc/$$/io';
  const { stdout, stderr } = await fleet.run([
    "sh",
    "-c",
    line,
    "sh",
    ...fleet.argv("store", "backup", file),
  ]);
  expect(stdout).toContain(`4000 records in ${file}\n`);
  expect(stderr).toBe("");
  expect(Number(/syscw: (\d+)/.exec(stdout)?.[1])).toBeLessThan(2_000);
});

test("a directory of another Postgres is left alone, and the caller is told", async () => {
  await using fleet = await world();
  await writeFile(`${fleet.home}/fleet/backlog/PG_VERSION`, "15\n");
  const result = await fleet.mosaic("fleet", "backlog", "list", "--json");
  expect([result.exitCode, failure(result).code]).toEqual([3, "BACKLOG_STORE_VERSION"]);
  expect(await fleet.pid()).toBeUndefined();
});
