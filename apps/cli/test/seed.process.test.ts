import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRun, type RunResult } from "@mosaic/fleet-process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failure } from "./fleet-world.ts";
import { buildOf, treeOf } from "./update-world.ts";

interface SeedWorld extends AsyncDisposable {
  readonly root: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  /** Builds a version whose framework holds these files and no others. */
  build(version: string, framework: Readonly<Record<string, string>>): Promise<void>;
  /** Runs a version of `mosaic` on the home. */
  mosaic(version: string, ...args: readonly string[]): Promise<RunResult>;
  program(version: string): string;
  write(path: string, content: string): Promise<void>;
  read(path: string): Promise<string>;
  /** What stands in the home, less locks. */
  tree(): Promise<Readonly<Record<string, string>>>;
}

const LOCKS = /^fleet\/run\/lock\//;

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

/** A version whose framework holds these files and no others. */
const build = (folder: string, version: string, files: Readonly<Record<string, string>>): Promise<void> =>
  buildOf(version, join(folder, version), async (framework) => {
    await rm(framework, { recursive: true });
    for (const [path, content] of Object.entries(files)) await put(join(framework, path), content);
  });

async function seedWorld(): Promise<SeedWorld> {
  const root = await mkdtemp(join(tmpdir(), "mf-seed-"));
  const home = join(root, "home");
  const inherited = Object.entries(process.env).filter(([key]) => !/^(MOSAIC_|TMUX|NO_COLOR$)/.test(key));
  const env = { ...Object.fromEntries(inherited), HOME: root, TMUX_TMPDIR: root, MOSAIC_HOME: home };
  const run = createRun(env);
  const program = (version: string): string =>
    join(SHARED.has(version) ? shared : root, version, "dist/mosaic.js");
  return {
    root,
    home,
    env,
    program,
    build: (version, files) => build(root, version, files),
    mosaic: (version, ...args) => run([process.execPath, program(version), ...args], { timeoutMs: 60_000 }),
    write: (path, content) => put(join(home, path), content),
    read: (path) => readFile(join(home, path), "utf8"),
    tree: () => treeOf(home, LOCKS),
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true });
    },
  };
}

const TOOL = "#!/bin/sh\necho 1\n";
const ONE = {
  "fleet/roles/code.md": "code 1\n",
  "fleet/roles/edited.md": "edited 1\n",
  "fleet/roles/deleted.md": "deleted 1\n",
  "fleet/roles/same.md": "same\n",
  "fleet/examples/minimal.yaml": "minimal\n",
  "fleet/old/gone.md": "gone 1\n",
  "fleet/old/gone-and-edited.md": "gone and edited 1\n",
  "tools/fleet/tool.sh": TOOL,
  "tools/fleet/needed.sh": TOOL,
};
const TWO = {
  "fleet/roles/code.md": "code 2\n",
  "fleet/roles/edited.md": "edited 2\n",
  "fleet/roles/deleted.md": "deleted 2\n",
  "fleet/roles/same.md": "same\n",
  "fleet/roles/new.md": "new 2\n",
  "fleet/examples/minimal.yaml": "minimal\n",
  "tools/fleet/tool.sh": TOOL.replace("1", "2"),
  "tools/fleet/needed.sh": TOOL,
};

/** Built once for all tests. */
const SHARED: ReadonlyMap<string, Readonly<Record<string, string>>> = new Map<
  string,
  Readonly<Record<string, string>>
>([
  ["1.0.0", ONE],
  ["2.0.0", TWO],
]);
let shared = "";
beforeAll(async () => {
  shared = await mkdtemp(join(tmpdir(), "mf-seed-builds-"));
  for (const [version, files] of SHARED) await build(shared, version, files);
});
afterAll(() => rm(shared, { recursive: true, force: true }));

/** What a home of an operator's holds beside the framework. */
const OPERATORS = {
  "fleet/roster.yaml": "# mine\nversion: 1\nagents: []\n",
  "fleet/second.yaml": "mine too\n",
  "fleet/agents/coder0.env": "MINE=1\n",
  "fleet/run/PAUSED": "",
  "fleet/backlog/data": "cards",
  "fleet/roles.local/code.md": "my coder\n",
  "fleet/profiles.local/mine.yaml": "my team\n",
  "fleet/roles/my-own.md": "in the wrong folder, and mine\n",
  "SOUL.md": "my soul\n",
  "USER.md": "me\n",
  "TOOLS.md": "my tools\n",
  "CONSTITUTION.md": "my rules\n",
  "TOOLS.local.md": "more\n",
  "fleet/roles/note.local.md": "mine\n",
  credentials: "TOKEN=x\n",
  "anything/else.txt": "mine\n",
};

const update = ["update", "--no-self", "--json"] as const;
const today = new Date().toISOString().slice(0, 10);

interface Effects {
  readonly files: readonly {
    readonly effect: string;
    readonly path: string;
    readonly kept_as: string | null;
  }[];
}

const effects = (result: RunResult): string[] => {
  if (result.exitCode !== 0) throw new Error(`update failed: ${result.stderr}`);
  const { files } = JSON.parse(result.stdout) as Effects; // As documented.
  return files.map(
    ({ effect, path, kept_as }) => `${effect} ${path}${kept_as === null ? "" : ` -> ${kept_as}`}`,
  );
};

/** A home of version one, with everything an operator does to it. */
async function lived(world: SeedWorld): Promise<void> {
  effects(await world.mosaic("1.0.0", ...update));
  for (const [path, content] of Object.entries(OPERATORS)) await world.write(path, content);
  await world.write("fleet/roles/edited.md", "edited by me\n");
  await world.write("fleet/old/gone-and-edited.md", "gone and edited by me\n");
  await rm(join(world.home, "fleet/roles/deleted.md"));
  await rm(join(world.home, "tools/fleet/needed.sh"));
}

const kept = (path: string, copy = ""): string => `${path}.operator-${today}${copy}`;

const UPDATED = [
  `remove fleet/old/gone-and-edited.md -> ${kept("fleet/old/gone-and-edited.md")}`,
  "remove fleet/old/gone.md",
  "change fleet/roles/code.md",
  "absent fleet/roles/deleted.md",
  `change fleet/roles/edited.md -> ${kept("fleet/roles/edited.md")}`,
  "add fleet/roles/new.md",
  "add tools/fleet/needed.sh",
  "change tools/fleet/tool.sh",
];

test("an update writes what ships, removes what does not, and loses nothing of the operator's", async () => {
  await using world = await seedWorld();
  await lived(world);
  const before = await world.tree();
  const planned = await world.mosaic("2.0.0", ...update, "--dry-run");
  expect(effects(planned)).toEqual(UPDATED);
  expect(await world.tree()).toEqual(before);
  const done = await world.mosaic("2.0.0", ...update);
  expect(effects(done)).toEqual(UPDATED);
  const { dry_run: _planned, ...plannedRest } = JSON.parse(planned.stdout) as Record<string, unknown>;
  const { dry_run: _done, ...doneRest } = JSON.parse(done.stdout) as Record<string, unknown>;
  expect(doneRest).toEqual(plannedRest);

  for (const [path, content] of Object.entries(OPERATORS)) expect(await world.read(path)).toBe(content);
  const { "fleet/roles/deleted.md": _, ...standing } = TWO;
  for (const [path, content] of Object.entries(standing)) expect(await world.read(path)).toBe(content);
  expect(await world.read(kept("fleet/roles/edited.md"))).toBe("edited by me\n");
  expect(await world.read(kept("fleet/old/gone-and-edited.md"))).toBe("gone and edited by me\n");
  expect(existsSync(join(world.home, "fleet/roles/deleted.md"))).toBe(false);
  expect((await stat(join(world.home, "tools/fleet/tool.sh"))).mode & 0o777).toBe(0o755);

  const settled = await world.tree();
  expect(effects(await world.mosaic("2.0.0", ...update))).toEqual(["absent fleet/roles/deleted.md"]);
  expect(await world.tree()).toEqual(settled);
});

test("a roll-back brings the older framework back, and says from which version", async () => {
  await using world = await seedWorld();
  await lived(world);
  await world.mosaic("2.0.0", ...update);
  const back = await world.mosaic("1.0.0", ...update);
  expect(JSON.parse(back.stdout)).toMatchObject({ home: { from: "2.0.0", to: "1.0.0" } });
  for (const [path, content] of Object.entries(OPERATORS)) expect(await world.read(path)).toBe(content);
  const { "fleet/roles/deleted.md": _, ...standing } = ONE;
  for (const [path, content] of Object.entries(standing)) expect(await world.read(path)).toBe(content);
  expect(existsSync(join(world.home, "fleet/roles/new.md"))).toBe(false);
  expect(existsSync(join(world.home, "fleet/roles/deleted.md"))).toBe(false);
});

test("two edits of one day are both kept, and an empty file asks for the one that ships", async () => {
  await using world = await seedWorld();
  await lived(world);
  await world.mosaic("2.0.0", ...update);
  await world.write("fleet/roles/edited.md", "edited again\n");
  await world.write("fleet/roles/deleted.md", "");
  expect(effects(await world.mosaic("2.0.0", ...update))).toEqual([
    "change fleet/roles/deleted.md",
    `change fleet/roles/edited.md -> ${kept("fleet/roles/edited.md", "-2")}`,
  ]);
  expect(await world.read(kept("fleet/roles/edited.md"))).toBe("edited by me\n");
  expect(await world.read(kept("fleet/roles/edited.md", "-2"))).toBe("edited again\n");
  expect(await world.read("fleet/roles/deleted.md")).toBe("deleted 2\n");
});

test("a link in the place of a framework file is the operator's: it is kept, and so is what it leads to", async () => {
  await using world = await seedWorld();
  await lived(world);
  await world.write("elsewhere/code.md", "code 1\n");
  await rm(join(world.home, "fleet/roles/code.md"));
  await symlink("../../elsewhere/code.md", join(world.home, "fleet/roles/code.md"));
  expect(effects(await world.mosaic("2.0.0", ...update))).toContain(
    `change fleet/roles/code.md -> ${kept("fleet/roles/code.md")}`,
  );
  expect(await world.read("elsewhere/code.md")).toBe("code 1\n");
  expect((await world.tree())[kept("fleet/roles/code.md")]).toBeDefined();
  expect(await world.read("fleet/roles/code.md")).toBe("code 2\n");
});

test("a manifest or a package that names the operator's paths changes nothing there", async () => {
  await using world = await seedWorld();
  await lived(world);
  await world.build("3.0.0", {
    ...TWO,
    "fleet/roster.yaml": "theirs",
    "fleet/run/PAUSED": "x",
    "SOUL.md": "theirs",
  });
  const manifest = JSON.parse(await world.read("fleet/seed.json")) as { files: Record<string, string> };
  const before = await world.tree();
  const sum = (path: string): string => before[path] ?? "";
  for (const path of [
    "fleet/roster.yaml",
    "credentials",
    "fleet/roles.local/code.md",
    "fleet/../anything/else.txt",
  ])
    manifest.files[path] = sum(path.replace("fleet/../", ""));
  await world.write("fleet/seed.json", JSON.stringify(manifest));
  await world.mosaic("3.0.0", ...update);
  for (const [path, content] of Object.entries(OPERATORS)) expect(await world.read(path)).toBe(content);
});

test("a manifest that cannot be read costs nothing: every file that differs is kept beside", async () => {
  await using world = await seedWorld();
  await lived(world);
  await world.write("fleet/seed.json", '{"version":1,"fil');
  const done = effects(await world.mosaic("2.0.0", ...update));
  expect(done).toContain(`change fleet/roles/code.md -> ${kept("fleet/roles/code.md")}`);
  expect(await world.read(kept("fleet/roles/code.md"))).toBe("code 1\n");
  expect(await world.read("fleet/old/gone.md")).toBe("gone 1\n");
  for (const [path, content] of Object.entries(OPERATORS)) expect(await world.read(path)).toBe(content);
});

test("the first verb that writes seeds the home, and leaves what stands; what only reads writes nothing", async () => {
  await using world = await seedWorld();
  await world.build("1.1.0", {
    ...ONE,
    "fleet/examples/minimal.yaml": "version: 1\nagents:\n  - { name: a, runtime: canary, class: worker }\n",
  });
  await world.mosaic("1.1.0", "fleet", "persona", "list");
  await world.mosaic("1.1.0", "fleet", "init", "--profile", "minimal");
  expect(existsSync(world.home)).toBe(false);
  await world.write("fleet/roles/edited.md", "mine before\n");
  expect((await world.mosaic("1.1.0", "fleet", "init", "--profile", "minimal", "--write")).exitCode).toBe(0);
  expect(await world.read("fleet/roles/code.md")).toBe("code 1\n");
  expect(await world.read("fleet/roles/edited.md")).toBe("mine before\n");
  expect(effects(await world.mosaic("1.1.0", ...update))).toEqual([
    `change fleet/roles/edited.md -> ${kept("fleet/roles/edited.md")}`,
  ]);
});

test("two updates at once do the work once", async () => {
  await using world = await seedWorld();
  await lived(world);
  const both = await Promise.all([world.mosaic("2.0.0", ...update), world.mosaic("2.0.0", ...update)]);
  expect(both.map(effects).sort((left, right) => right.length - left.length)).toEqual([
    UPDATED,
    ["absent fleet/roles/deleted.md"],
  ]);
});

test("something that is no file in the place of one stops the update before it begins", async () => {
  await using world = await seedWorld();
  await lived(world);
  await rm(join(world.home, "fleet/roles/code.md"));
  await mkdir(join(world.home, "fleet/roles/code.md"));
  const before = await world.tree();
  const result = await world.mosaic("2.0.0", ...update);
  expect(result.exitCode).toBe(1);
  expect(failure(result)).toMatchObject({
    code: "WRITE_FAILED",
    hint: expect.stringContaining("move it away"),
  });
  expect(await world.tree()).toEqual(before);
});

/** Runs an update in a mount namespace of its own, between shell lines. */
async function mounted(
  world: SeedWorld,
  version: string,
  { before, after = "true" }: { readonly before: string; readonly after?: string },
): Promise<RunResult> {
  if (process.getuid?.() !== 0) throw new Error("This test mounts: run it as root, with unshare.");
  const line = `cd '${world.home}' && ${before} && cd . && { "$@"; code=$?; ${after}; exit $code; }`;
  const program = [process.execPath, world.program(version), ...update];
  const argv = ["unshare", "-m", "sh", "-c", line, "sh", ...program] as const;
  return createRun(world.env)(argv, { timeoutMs: 60_000 });
}

test("a home on a read-only disk is told so, and the next run completes", async () => {
  await using world = await seedWorld();
  await lived(world);
  const before = await treeOf(world.home);
  const { home } = world;
  const result = await mounted(world, "2.0.0", {
    before: `mount --bind '${home}' '${home}' && mount -o remount,ro,bind '${home}'`,
  });
  expect(result.exitCode).toBe(1);
  expect(failure(result)).toMatchObject({
    code: "WRITE_FAILED",
    hint: expect.stringMatching(/read-only|writable/),
  });
  expect(await treeOf(home)).toEqual(before);
  expect(effects(await world.mosaic("2.0.0", ...update))).toEqual(UPDATED);
});

test("a disk that gets full half-way leaves every file old or new, and the next run completes", async () => {
  await using world = await seedWorld();
  await lived(world);
  await world.build("3.0.0", { ...TWO, "fleet/roles/huge.md": "n".repeat(1_000_000) });
  const { home, root } = world;
  const old = await world.tree();
  const result = await mounted(world, "3.0.0", {
    before: `cp -a . ../copy && mount -t tmpfs -o size=256k none '${home}' && cp -a ../copy/. '${home}'`,
    after: `cp -a '${home}' '${root}/half'; mount -o remount,size=8m '${home}' && "$@" >'${root}/again' && cp -a '${home}' '${root}/whole'`,
  });
  expect(result.exitCode).toBe(1);
  expect(failure(result)).toMatchObject({
    code: "WRITE_FAILED",
    hint: expect.stringMatching(/^Free some disk/),
  });
  expect(await treeOf(join(root, "copy"), LOCKS)).toEqual(old);

  // What an update that nothing stopped makes of it.
  await world.mosaic("3.0.0", ...update);
  const whole = await world.tree();
  expect(await treeOf(join(root, "whole"), LOCKS)).toEqual(whole);
  const half = await treeOf(join(root, "half"), LOCKS);
  for (const [path, sum] of Object.entries(half)) {
    if (path !== "fleet/seed-journal.json") expect([old[path], whole[path]], path).toContain(sum);
  }
  expect(Object.keys(half)).toContain("fleet/seed-journal.json");
});

/** The calls with which an update changes the file system; `?`: not every machine has each. */
const CHANGING = ["fsync", "mkdir", "?rename", "?link", "?unlink", "?rmdir", "?chmod"];

/** Kills an update as it makes its nth call of a kind. @returns `false` when it makes fewer and so completes. */
async function killedAt(world: SeedWorld, call: string, nth: number): Promise<boolean> {
  // One thread for files, because calls are counted per thread.
  const run = createRun({ ...world.env, UV_THREADPOOL_SIZE: "1" });
  const inject = `inject=${call}:signal=KILL:when=${String(nth)}`;
  const strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", `trace=${call}`, "-e", inject] as const;
  const { exitCode, stderr } = await run([...strace, process.execPath, world.program("2.0.0"), ...update], {
    timeoutMs: 60_000,
  });
  // strace ends as its program does.
  if (exitCode !== 0 && stderr !== "") throw new Error(stderr);
  return exitCode !== 0;
}

test("an update that is killed before any change leaves every file old or new, and the next completes it", async () => {
  await using world = await seedWorld();
  await lived(world);
  const { home, root } = world;
  await cp(home, join(root, "template"), { recursive: true });
  const old = await world.tree();
  await world.mosaic("2.0.0", ...update);
  const whole = await world.tree();

  let kills = 0;
  const reset = async (): Promise<void> => {
    await rm(home, { recursive: true });
    await cp(join(root, "template"), home, { recursive: true });
  };
  for (const call of CHANGING) {
    for (let nth = 1; ; nth++) {
      await reset();
      if (!(await killedAt(world, call, nth))) break;
      kills++;
      const half = await world.tree();
      const where = `${call} ${String(nth)}`;
      for (const [path, sum] of Object.entries(half)) {
        if (path !== "fleet/seed-journal.json" && !path.endsWith(".tmp"))
          expect([old[path], whole[path]], `${path}, killed at ${where}`).toContain(sum);
      }
      // What both versions ship is there at every moment, and what the operator changed is somewhere.
      const both = Object.keys(old).filter((path) => whole[path] !== undefined);
      expect(
        both.filter((path) => half[path] === undefined),
        `missing, killed at ${where}`,
      ).toEqual([]);
      for (const path of ["fleet/roles/edited.md", "fleet/old/gone-and-edited.md"])
        expect([half[path], half[kept(path)]], `${path}, killed at ${where}`).toContain(old[path]);
      effects(await world.mosaic("2.0.0", ...update));
      expect(await world.tree(), `completed after ${where}`).toEqual(whole);
    }
  }
  expect(kills).toBeGreaterThan(20);
}, 180_000);

test("an update that was killed can be followed by the older version", async () => {
  await using world = await seedWorld();
  await lived(world);
  const old = await world.tree();
  await cp(world.home, join(world.root, "template"), { recursive: true });
  // The last of the renames is the manifest's: by then every file is new.
  for (let nth = 1; ; nth++) {
    await rm(world.home, { recursive: true });
    await cp(join(world.root, "template"), world.home, { recursive: true });
    if (!(await killedAt(world, "?rename", nth))) break;
    effects(await world.mosaic("1.0.0", ...update));
    const back = await world.tree();
    expect(back["fleet/roles/code.md"]).toBe(old["fleet/roles/code.md"]);
    expect(Object.keys(back).filter((path) => path.includes(".operator-"))).toEqual(
      [kept("fleet/roles/edited.md"), kept("fleet/old/gone-and-edited.md")].sort(),
    );
    expect(back["fleet/roles/new.md"]).toBeUndefined();
    expect(back["fleet/old/gone.md"]).toBe(old["fleet/old/gone.md"]);
  }
});

test("a first seed that is killed leaves a home that reads from the package, and the next writing verb completes it", async () => {
  await using world = await seedWorld();
  await killedAt(world, "?rename", 3);
  expect(existsSync(join(world.home, "fleet/roles"))).toBe(true);
  expect(existsSync(join(world.home, "fleet/roles/same.md"))).toBe(false);
  const shown = await world.mosaic("2.0.0", "fleet", "persona", "list", "--json");
  expect(shown.stdout).toContain('"class":"same"');
  await world.mosaic("2.0.0", "fleet", "persona", "add", "mine");
  expect(await world.read("fleet/roles/same.md")).toBe("same\n");
  expect(effects(await world.mosaic("2.0.0", ...update))).toEqual([]);
});
