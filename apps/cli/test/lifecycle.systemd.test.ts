import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { json } from "./fleet-world.ts";
import { HOLDER, agentUnit, reaches, systemdWorld, type SystemdWorld } from "./systemd-world.ts";

const NAMES = ["a", "a-2", "a1", "a10"];

describe.each(["root", "mosaic-test"] as const)("as %s", (user) => {
  let world: SystemdWorld;
  beforeAll(async () => {
    world = await systemdWorld({ user });
    await world.roster(NAMES);
  });
  afterAll(() => world[Symbol.asyncDispose]());

  const alive = async (): Promise<string[]> =>
    (await world.rows()).filter(({ pane }) => pane?.dead === false).map(({ name }) => name);

  test("apply on the default home installs, enables, lingers and starts, and says that systemd does it", async () => {
    const applied = await world.mosaic("fleet", "apply");
    expect(applied).toMatchObject({ exitCode: 0, stdout: "4 ready.\n" });
    expect(applied.stderr).toContain("manager: systemd, because the user's service manager answers");
    expect(await world.shell(`systemctl --user is-active ${NAMES.map(agentUnit).join(" ")} ${HOLDER}`)).toBe(
      "active\nactive\nactive\nactive\nactive",
    );
    expect(await world.shell(`systemctl --user is-enabled ${NAMES.map(agentUnit).join(" ")}`)).toBe(
      "enabled\nenabled\nenabled\nenabled",
    );
    expect(await world.shell("ls /var/lib/systemd/linger")).toBe(user);
    expect((await world.rows()).map(({ unit, flags }) => [unit?.state, unit?.enabled, flags])).toEqual(
      NAMES.map(() => ["active", true, []]),
    );
  });

  test("systemd finds nothing to say about the units as they ship and as they are installed", async () => {
    expect(
      await world.shell(`systemd-analyze --user verify --man=no ${world.home}/systemd/user/*.service 2>&1`),
    ).toBe("");
    expect(await world.shell(`systemd-analyze --user verify --man=no ${agentUnit("a")} ${HOLDER} 2>&1`)).toBe(
      "",
    );
  });

  test("a second apply does nothing", async () => {
    expect(await world.mosaic("fleet", "apply")).toMatchObject({ exitCode: 0, stdout: "4 unchanged.\n" });
    expect((await world.mosaic("fleet", "plan")).stdout).toMatch(/\n\nNothing to do\.\n$/);
  });

  test("every agent runs in the cgroup of its unit, and the server in that of its own", async () => {
    for (const { name, pane } of await world.rows())
      expect(await world.shell(`cat /proc/${String(pane?.pid)}/cgroup`)).toContain(`/${agentUnit(name)}`);
    const server = await world.unit(HOLDER, "MainPID");
    expect(await world.shell(`cat /proc/${server}/comm /proc/${server}/cgroup`)).toMatch(
      new RegExp(`^tmux: server\n[^]*/${HOLDER}$`),
    );
  });

  test("stop ends exactly its own session", async () => {
    expect(await world.mosaic("fleet", "stop", "a1")).toMatchObject({ exitCode: 0, stdout: "1 stopped.\n" });
    expect(await alive()).toEqual(["a", "a-2", "a10"]);
    expect(await world.unit(agentUnit("a1"), "ActiveState")).toBe("inactive");
    await world.must("fleet", "start", "a1");
    expect(await alive()).toEqual(NAMES);
  });

  test("systemctl stop of every unit but the holder leaves all other sessions alive", async () => {
    await world.shell("tmux -L mosaic-fleet new-session -d -s mine -- sleep 1000");
    for (const [index, name] of NAMES.entries()) {
      await world.shell(`systemctl --user stop '${agentUnit(name)}'`);
      expect(await alive()).toEqual(NAMES.slice(index + 1));
    }
    expect(await world.shell("tmux -L mosaic-fleet list-sessions -F '#{session_name}'")).toBe(
      "_holder\nmine",
    );
    expect(await world.unit(HOLDER, "ActiveState")).toBe("active");
    expect(
      (await world.shell(`systemctl --user is-failed ${NAMES.map(agentUnit).join(" ")}`)).split("\n"),
    ).toEqual(NAMES.map(() => "inactive"));
    await world.shell("tmux -L mosaic-fleet kill-session -t =mine");
    await world.must("fleet", "start");
  });

  test("configure and apply restart that agent only, and keep what surrounds it", async () => {
    const before = await world.rows();
    await world.must("fleet", "configure", "a-2", "--model", "small");
    expect((await world.must("fleet", "apply")).stdout).toBe("3 unchanged, 1 ready.\n");
    const changed = (await world.rows()).filter(
      ({ name, pane }) => pane?.pid !== before.find((row) => row.name === name)?.pane?.pid,
    );
    expect(changed.map(({ name }) => name)).toEqual(["a-2"]);
  });

  test("an agent added without a start starts at boot; a removed one does not come back; the others do", async () => {
    await world.must("fleet", "add", "late", "--runtime", "canary", "--class", "worker", "--no-start");
    expect(await alive()).toEqual(NAMES);
    expect(await world.unit(agentUnit("late"), "UnitFileState")).toBe("enabled");
    await world.must("fleet", "remove", "a10");
    expect(await world.unit(agentUnit("a10"), "UnitFileState")).toBe("disabled");
    expect(await world.shell(`ls ${world.home}/fleet/agents`)).toBe("a-2.env\na.env\na1.env\nlate.env");
    await world.reboot();
    await waitFor(async () => (await alive()).length === 4, {
      what: "the agents to start at boot",
      deadlineMs: 30_000,
    });
    expect(await alive()).toEqual(["a", "a-2", "a1", "late"]);
    await world.must("fleet", "verify");
    expect(await world.unit(agentUnit("a10"), "ActiveState")).toBe("inactive");
  });

  test("the agents survive a restart of the user's service manager", async () => {
    const uid = await world.shell("id -u");
    await world.asRoot(["systemctl", "restart", `user@${uid}.service`]);
    await waitFor(async () => (await world.mosaic("fleet", "verify")).exitCode === 0, {
      what: "the agents to answer again",
      deadlineMs: 30_000,
    });
    expect(await alive()).toEqual(["a", "a-2", "a1", "late"]);
  });

  test("down ends everything, and says so; the next apply starts again", async () => {
    expect((await world.must("fleet", "down")).stdout).toBe("4 stopped.\n");
    await reaches(world, HOLDER, "inactive");
    expect(await world.shell("pgrep -fc '[m]osaic.js|[t]mux: server'")).toBe("0");
    expect(json(await world.must("fleet", "apply", "--json"))).toMatchObject({ manager: "systemd" });
  });
});
