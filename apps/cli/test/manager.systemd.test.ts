import { appendFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failure, json } from "./fleet-world.ts";
import { HOLDER, agentUnit, systemdWorld, type SystemdWorld } from "./systemd-world.ts";

const DROP_IN = "mosaic-agent@.service.d/10-mosaic.conf";
let world: SystemdWorld;
let units: string;
beforeAll(async () => {
  world = await systemdWorld({ user: "mosaic-test", polkit: false });
  units = `${world.files}/.config/systemd/user`;
  await world.roster(["one", "two"]);
});
afterAll(() => world[Symbol.asyncDispose]());

const pids = async (): Promise<Readonly<Record<string, number | undefined>>> =>
  Object.fromEntries((await world.rows()).map(({ name, pane }) => [name, pane?.pid]));

test("where no service manager answers, the fleet runs directly, and says why", async () => {
  const without = { env: { XDG_RUNTIME_DIR: "/nowhere" } };
  const applied = await world.mosaicWith(without, "fleet", "apply");
  expect(applied).toMatchObject({ exitCode: 0, stdout: "2 ready.\n" });
  expect(applied.stderr).toContain("manager: direct, because no service manager of this user runs here");
  const asked = await world.mosaicWith(without, "fleet", "start", "--manager", "systemd", "--json");
  expect([asked.exitCode, failure(asked).code]).toEqual([5, "MANAGER_CONFLICT"]);
  const installed = await world.mosaicWith(without, "fleet", "install", "--json");
  expect([installed.exitCode, failure(installed).code]).toEqual([6, "MANAGER_UNAVAILABLE"]);
  await expect(readdir(units)).rejects.toThrow("ENOENT");
});

test("what runs directly is left running, is not started twice, and moves to systemd through down", async () => {
  const before = await pids();
  const again = await world.mosaic("fleet", "apply", "--json");
  expect(json(again)).toMatchObject({
    manager: "direct",
    outcomes: [{ result: "unchanged" }, { result: "unchanged" }],
  });
  const conflict = await world.mosaic("fleet", "apply", "--manager", "systemd", "--json");
  expect([conflict.exitCode, failure(conflict).code]).toEqual([5, "MANAGER_CONFLICT"]);
  expect(failure(conflict).hint).toContain("mosaic fleet down");
  expect(await pids()).toEqual(before);
  await world.must("fleet", "down");
});

test("without permission to linger the fleet starts under systemd, and says what it will not survive", async () => {
  const applied = await world.mosaic("fleet", "apply", "--json");
  expect(applied.exitCode).toBe(0);
  expect(json(applied).manager).toBe("systemd");
  expect(json(applied).remarks).toEqual([
    expect.stringMatching(
      /^the fleet will end with your last login, .* As root: loginctl enable-linger mosaic-test$/,
    ),
  ]);
  await world.asRoot(["loginctl", "enable-linger", "mosaic-test"]);
  expect(json(await world.must("fleet", "install", "--json")).remarks).toEqual([]);
});

test("what runs under systemd is not started twice by the direct manager", async () => {
  const before = await pids();
  const direct = await world.mosaic("fleet", "restart", "--manager", "direct", "--json");
  expect([direct.exitCode, failure(direct).code]).toEqual([5, "MANAGER_CONFLICT"]);
  expect(await pids()).toEqual(before);
});

test("a degraded manager still manages the fleet", async () => {
  await world.shell("systemd-run --user --unit=broken --service-type=exec false");
  expect(await world.shell("systemctl --user is-system-running")).toBe("degraded");
  expect(json(await world.must("fleet", "restart", "one", "--json"))).toMatchObject({ manager: "systemd" });
  await world.shell("systemctl --user reset-failed broken");
});

test("PATH is captured once, stays whoever applies, is shown, and is captured anew by install", async () => {
  const captured = async (): Promise<string | undefined> =>
    /PATH=(.*)"/.exec(await readFile(`${units}/${DROP_IN}`, "utf8"))?.[1];
  const before = await captured();
  await world.mosaicWith({ env: { PATH: "/usr/bin:/bin:/elsewhere" } }, "fleet", "restart", "one");
  expect(await captured()).toBe(before);
  await world.mosaicWith({ env: { PATH: "/opt/runtimes:/usr/bin:/bin" } }, "fleet", "install");
  expect(await captured()).toBe("/opt/runtimes:/usr/bin:/bin");
  await world.must("fleet", "restart", "one");
  const { stdout } = await world.must("fleet", "explain", "one");
  expect(stdout).toMatch(
    /PATH of the agent .* captured by fleet install .*\/run\/bin:\/opt\/runtimes:\/usr\/bin:\/bin\n/,
  );
  const pid = (await pids()).one;
  expect(await world.shell(`tr '\\0' '\\n' </proc/${String(pid)}/environ | grep ^PATH=`)).toContain(
    "PATH=/opt/runtimes:/usr/bin:/bin",
  );
});

test("a unit that was edited by hand is kept beside the new one, and said; an own drop-in stays", async () => {
  await appendFile(`${units}/mosaic-agent@.service`, "# mine\n");
  await mkdir(`${units}/${agentUnit("one")}.d`);
  await writeFile(`${units}/${agentUnit("one")}.d/mine.conf`, "[Service]\nTasksMax=300\n");
  const remarks = json(await world.must("fleet", "install", "--json")).remarks;
  expect(remarks).toEqual([
    expect.stringMatching(/mosaic-agent@\.service had been edited: your version is kept as /),
  ]);
  const kept = (await readdir(units)).filter((name) => name.includes(".operator-"));
  expect(kept).toHaveLength(1);
  expect(await readFile(`${units}/${kept[0] ?? ""}`, "utf8")).toMatch(/# mine\n$/);
  expect(await world.unit(agentUnit("one"), "TasksMax")).toBe("300");
  expect(await world.unit(agentUnit("one"), "NeedDaemonReload")).toBe("no");
  expect(json(await world.must("fleet", "install", "--json")).remarks).toEqual([]);
});

test.for([
  ["the agents' unit", "rm mosaic-agent@.service"],
  ["a drop-in", "rm mosaic-agent@.service.d/10-mosaic.conf"],
  ["the holder's unit", "rm mosaic-tmux-holder.service"],
  ["the links that start agents at boot", "rm -r default.target.wants"],
  ["all of them", "rm -r mosaic-*"],
] as const)("half of an installation is completed by the next apply: without %s", async ([, remove]) => {
  await world.must("fleet", "down");
  await world.shell(`cd ~/.config/systemd/user && ${remove} && systemctl --user daemon-reload`);
  expect(json(await world.must("fleet", "apply", "--json")).manager).toBe("systemd");
  expect((await world.rows()).map(({ unit }) => unit)).toEqual([
    expect.objectContaining({ state: "active", enabled: true }),
    expect.objectContaining({ state: "active", enabled: true }),
  ]);
});

test("an agent that somebody disabled is shown, and enabled again by apply without a restart", async () => {
  const before = await pids();
  await world.shell(`systemctl --user disable ${agentUnit("two")}`);
  expect((await world.rows()).map(({ flags }) => flags)).toEqual([[], ["BOOT-ENABLE"]]);
  expect((await world.must("fleet", "apply")).stdout).toBe("1 unchanged, 1 enabled.\n");
  expect(await pids()).toEqual(before);
  expect((await world.rows()).map(({ flags }) => flags)).toEqual([[], []]);
});

test("ps asks systemd once, whatever the number of agents, and not at all where it cannot answer", async () => {
  await mkdir(`${world.files}/spy`, { recursive: true });
  await writeFile(
    `${world.files}/spy/systemctl`,
    '#!/bin/sh\necho "$@" >>~/spy/calls\nexec /usr/bin/systemctl "$@"\n',
    {
      mode: 0o755,
    },
  );
  const env = { PATH: `${world.userHome}/spy:/usr/bin:/bin` };
  const calls = (): Promise<string> => world.shell("cat ~/spy/calls 2>/dev/null | wc -l; rm -f ~/spy/calls");
  await world.asRoot(["chown", "-R", "mosaic-test:", `${world.userHome}/spy`]);
  await world.mosaicWith({ env }, "fleet", "ps");
  expect(await calls()).toBe("1");
  await world.mosaicWith({ env: { ...env, XDG_RUNTIME_DIR: "/nowhere" } }, "fleet", "ps");
  expect(await calls()).toBe("0");
});

test("on a read-only disk nothing changes, and the error says so", async () => {
  const before = await pids();
  await world.asRoot(["mount", "--bind", "-o", "ro", world.home, world.home]);
  try {
    const applied = await world.mosaic("fleet", "restart", "one", "--json");
    expect([applied.exitCode, failure(applied).code]).toEqual([1, "WRITE_FAILED"]);
    expect(await pids()).toEqual(before);
  } finally {
    await world.asRoot(["umount", world.home]);
  }
  await world.must("fleet", "restart", "one");
});

test("a tmux server of somebody else's on the fleet's socket is not taken over, and named", async () => {
  await world.must("fleet", "down");
  await world.shell("tmux -L mosaic-fleet new-session -d -s mine -- sleep 1000");
  const server = await world.shell("tmux -L mosaic-fleet display-message -p '#{pid}'");
  const applied = await world.mosaic("fleet", "apply", "--json");
  expect([applied.exitCode, failure(applied).code]).toEqual([1, "UNIT_FAILED"]);
  expect(failure(applied).message).toContain(
    `a tmux server runs on socket mosaic-fleet already, as process ${server}, outside of this unit`,
  );
  expect(await world.shell("tmux -L mosaic-fleet list-sessions -F '#{session_name}'")).toBe("mine");
  await world.shell("tmux -L mosaic-fleet kill-session -t =mine");
  await world.must("fleet", "apply");
});

test("a shell that looks for tmux servers elsewhere than the units is told so, and install moves the units", async () => {
  await world.must("fleet", "down");
  await world.shell("mkdir -m 700 ~/sockets");
  const env = { TMUX_TMPDIR: `${world.userHome}/sockets` };
  const applied = await world.mosaicWith({ env }, "fleet", "apply", "--json");
  expect([applied.exitCode, failure(applied).code]).toEqual([5, "MANAGER_CONFLICT"]);
  await world.mosaicWith({ env }, "fleet", "install");
  expect((await world.mosaicWith({ env }, "fleet", "apply")).stdout).toBe("2 ready.\n");
  await world.mosaicWith({ env }, "fleet", "down");
  await world.must("fleet", "install");
  await world.must("fleet", "apply");
});

test("another home gets no units by itself, is refused these, and may take them over when they rest", async () => {
  const other = `${world.userHome}/other home 100%`;
  await world.shell(
    `mkdir -p '${other}/fleet' && sed 's/mosaic-fleet/other/' ${world.home}/fleet/roster.yaml >'${other}/fleet/roster.yaml'`,
  );
  const home = ["--mosaic-home", other] as const;
  const applied = await world.mosaic("fleet", "apply", "--json", ...home);
  expect(json(applied).manager).toBe("direct");
  const refused = await world.mosaic("fleet", "install", "--json", ...home);
  expect([refused.exitCode, failure(refused).code]).toEqual([5, "UNITS_FOREIGN"]);
  const running = await world.mosaic("fleet", "install", "--force", "--json", ...home);
  expect([running.exitCode, failure(running).code]).toEqual([5, "UNITS_FOREIGN"]);
  await world.must("fleet", "down", ...home);
  await world.must("fleet", "down");
  await world.must("fleet", "install", "--force", ...home);
  expect(json(await world.must("fleet", "apply", "--json", ...home)).manager).toBe("systemd");
  expect(await world.unit(HOLDER, "ActiveState")).toBe("active");
  await world.must("fleet", "verify", ...home);
  const mine = await world.mosaic("fleet", "apply", "--json");
  expect(json(mine).manager).toBe("direct");
  await world.must("fleet", "down");
  await world.must("fleet", "down", ...home);
});
