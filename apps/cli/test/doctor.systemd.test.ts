import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { afterAll, beforeAll, expect, test } from "vitest";
import { wrong, type Document } from "./doctor-world.ts";
import { agentUnit, reaches, systemdWorld, type SystemdWorld } from "./systemd-world.ts";

// One machine for all: each test leaves the fleet installed, running and healthy.
let world: SystemdWorld;
beforeAll(async () => {
  world = await systemdWorld({ user: "mosaic-test" });
  await world.roster(["lead", "coder0"]);
}, 100_000);
afterAll(() => world[Symbol.asyncDispose]());

async function diagnose(...args: string[]): Promise<Document> {
  const { stdout, stderr } = await world.mosaic("fleet", "doctor", "--json", ...args);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Document; // Its documented shape.
}

const found = ({ findings }: Document, code: string): Document["findings"][number] | undefined =>
  findings.find((one) => one.code === code);

/** `--fix` mends it, says from what to what, and it is gone. */
async function fixed(code: string, before: string, after: string): Promise<void> {
  expect(found(await diagnose(), code)).toMatchObject({ fixable: true, fixed: false });
  const mended = await diagnose("--fix");
  expect(mended.fixes.find((one) => one.code === code)).toMatchObject({ before, after, error: null });
  expect(found(mended, code)).toMatchObject({ fixed: true });
  expect(wrong(await diagnose())).toEqual([]);
}

const LEAD = agentUnit("lead");
const SHIPPED = "/run/programs/framework/systemd/user/mosaic-agent@.service";

test("where systemd answers and the fleet is not installed, the doctor names the command; that is no fault", async () => {
  const before = await diagnose();
  expect(before.healthy).toBe(true);
  expect(found(before, "UNITS_NOT_INSTALLED")).toMatchObject({
    severity: "info",
    mend: "mosaic fleet install",
  });
  await world.must("fleet", "install");
  await world.must("fleet", "apply");
  expect(wrong(await diagnose())).toEqual([]);
});

test("lingering that is off is switched on", async () => {
  await world.shell("loginctl disable-linger");
  expect(found(await diagnose(), "LINGER_OFF")).toMatchObject({
    severity: "warning",
    mend: "loginctl enable-linger mosaic-test",
  });
  await fixed("LINGER_OFF", "no", "yes");
  expect(await world.shell("loginctl show-user mosaic-test --property=Linger --value")).toBe("yes");
});

test("the unit of a seat that is not enabled is enabled", async () => {
  await world.shell(`systemctl --user disable '${LEAD}'`);
  expect(found(await diagnose(), "UNIT_NOT_ENABLED")).toMatchObject({
    subject: LEAD,
    mend: `systemctl --user enable ${LEAD}`,
  });
  await fixed("UNIT_NOT_ENABLED", "disabled", "enabled");
  expect(await world.unit(LEAD, "UnitFileState")).toBe("enabled");
});

test("an active copy that is older than the unit that ships is written anew, and what runs goes on", async () => {
  const pid = await world.unit(LEAD, "MainPID");
  await world.asRoot(["sh", "-c", `echo '# A newer version.' >>'${SHIPPED}'`]);
  await fixed("UNIT_STALE", "stale", "current");
  expect(await world.shell(`cat ~/.config/systemd/user/mosaic-agent@.service | tail -n 1`)).toBe(
    "# A newer version.",
  );
  expect(await world.unit(LEAD, "MainPID")).toBe(pid);
});

test("a unit file that is missing is written anew", async () => {
  await world.shell("rm ~/.config/systemd/user/mosaic-tmux-holder.service");
  await fixed("UNIT_STALE", "missing", "current");
});

test("a unit file that a person edited is told, and never touched for the sake of another one", async () => {
  const folder = `${world.userHome}/.config/systemd/user`;
  const path = `${folder}/mosaic-agent@.service`;
  await world.shell(`cp '${path}' ~/kept; echo '# mine' >>'${path}'; systemctl --user daemon-reload`);
  const seen = await diagnose();
  expect(found(seen, "UNIT_EDITED")).toMatchObject({ severity: "info", subject: path, fixable: false });
  expect(seen.healthy).toBe(true);
  const holder = `${folder}/mosaic-tmux-holder.service`;
  await world.shell(`mv ${holder} ~/holder`);
  const fixing = await diagnose("--fix");
  expect(found(fixing, "UNIT_STALE")).toMatchObject({ subject: holder, fixable: false, fixed: false });
  expect(fixing.fixes).toEqual([]);
  expect(await world.shell(`tail -n 1 '${path}'; ls ${folder}/*operator*`)).toBe("# mine");
  await world.shell(`mv ~/kept '${path}'; mv ~/holder ${holder}; systemctl --user daemon-reload`);
  expect(wrong(await diagnose())).toEqual([]);
});

test("a unit file that systemd has not read yet is read", async () => {
  const folder = `~/.config/systemd/user/${LEAD}.d`;
  const limit = (size: string): Promise<string> =>
    world.shell(`mkdir -p ${folder}; printf '[Service]\\nMemoryMax=${size}\\n' >${folder}/limits.conf`);
  await limit("1G");
  await world.shell("systemctl --user daemon-reload");
  await limit("2G");
  await fixed("UNIT_NOT_RELOADED", "old", "read anew");
  expect(await world.unit(LEAD, "MemoryMax")).toBe(String(2 * 1024 ** 3));
});

test("a program that is on the operator's PATH and not on that of the units is missing", async () => {
  await world.shell(
    "mkdir -p ~/bin; printf '#!/bin/sh\\nexec sleep 600\\n' >~/bin/my-agent; chmod +x ~/bin/my-agent",
  );
  const runtimes = { mine: { command: "my-agent" } };
  const roster = { version: 1, tmux: { socket_name: "mosaic-fleet" }, runtimes };
  const agents = [
    ...["lead", "coder0"].map((name) => ({ name, runtime: "canary" })),
    { name: "odd", runtime: "mine" },
  ];
  const text = JSON.stringify({ ...roster, defaults: { working_directory: "~" }, agents });
  await world.shell(`printf '%s' '${text}' >~/.config/mosaic/fleet/roster.yaml`);
  const env = { PATH: `${world.userHome}/bin:/usr/bin:/bin` };
  const call = async (): Promise<Document> =>
    JSON.parse((await world.mosaicWith({ env }, "fleet", "doctor", "--json")).stdout) as Document; // As above.
  expect(found(await call(), "RUNTIME_MISSING")).toMatchObject({ subject: "my-agent", severity: "error" });
  // Installed anew, the units know the PATH of now.
  await world.mosaicWith({ env }, "fleet", "install");
  expect(found(await call(), "RUNTIME_MISSING")).toBeUndefined();
  await world.shell(`systemctl --user disable '${agentUnit("odd")}'`);
  await world.roster(["lead", "coder0"]);
  await world.must("fleet", "install");
  await world.must("fleet", "restart");
  expect(wrong(await diagnose())).toEqual([]);
});

test("a unit that has failed is named with its reason", async () => {
  await world.shell("systemctl --user stop mosaic-agent@coder0.service");
  const folder = `~/.config/systemd/user/${agentUnit("coder0")}.d`;
  await world.shell(
    `mkdir -p ${folder}; printf '[Service]\\nExecStart=\\nExecStart=/bin/false\\nRestart=no\\n' >${folder}/broken.conf; systemctl --user daemon-reload; systemctl --user start '${agentUnit("coder0")}'`,
  );
  await reaches(world, agentUnit("coder0"), "failed");
  expect(found(await diagnose(), "UNIT_FAILED")).toMatchObject({
    severity: "error",
    subject: agentUnit("coder0"),
    mend: expect.stringContaining("mosaic fleet start coder0"),
  });
  await world.shell(`rm ${folder}/broken.conf; systemctl --user daemon-reload`);
  await world.must("fleet", "start", "coder0");
  expect(wrong(await diagnose())).toEqual([]);
});

test("a tmux server in the unit of an agent is named, because stopping that agent would end them all", async () => {
  await world.must("fleet", "down");
  await world.shell("systemctl --user stop mosaic-tmux-holder.service");
  const rogue = `~/.config/systemd/user/${agentUnit("rogue")}`;
  const start = "/usr/bin/env tmux -L mosaic-fleet new-session -d -s rogue sleep 600";
  await world.shell(`printf '[Service]\\nType=forking\\nExecStart=${start}\\n' >${rogue}`);
  await world.shell(`systemctl --user daemon-reload; systemctl --user start '${agentUnit("rogue")}'`);
  expect(found(await diagnose(), "SERVER_IN_AGENT_UNIT")).toMatchObject({
    severity: "error",
    subject: agentUnit("rogue"),
    mend: expect.stringContaining("mosaic fleet down"),
  });
  await world.shell(
    `systemctl --user stop '${agentUnit("rogue")}'; rm ${rogue}; systemctl --user daemon-reload`,
  );
  await world.must("fleet", "apply");
  await waitFor(async () => wrong(await diagnose()).length === 0, { what: "a healthy fleet" });
});

test("a unit that is enabled without a seat is disabled", async () => {
  await world.shell(`systemctl --user enable '${agentUnit("gone")}'`);
  expect(found(await diagnose(), "UNIT_UNROSTERED")).toMatchObject({ subject: agentUnit("gone") });
  await fixed("UNIT_UNROSTERED", "enabled", "disabled");
});

test("the units of another home are left alone, and that is no fault", async () => {
  const home = `${world.userHome}/other`;
  await world.shell(`mkdir -p ${home}; cp -r ~/.config/mosaic/fleet ${home}/; rm -rf ${home}/fleet/run`);
  await world.shell(`sed -i s/mosaic-fleet/other-fleet/ ${home}/fleet/roster.yaml`);
  const seen = await diagnose("--mosaic-home", home, "--fix");
  expect(found(seen, "UNITS_FOREIGN")).toMatchObject({ severity: "info", subject: world.home });
  expect(wrong(await diagnose())).toEqual([]);
});
