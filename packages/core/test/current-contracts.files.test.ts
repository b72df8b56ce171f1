import { appendFile, mkdir, mkdtemp, readFile, rename, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { mosaicHome } from "@mosaic/fleet-model";
import { personaTemplate } from "@mosaic/fleet-personas";
import type { Roster } from "@mosaic/fleet-roster";
import { expect, test } from "vitest";
import type { FleetContext } from "../src/context.ts";
import { composeContracts, currentContracts } from "../src/current-contracts.ts";
import { sampleContext, sampleRoster } from "./sample.ts";

const WRITTEN = new Date("2026-01-01T00:00:00Z");

interface World extends AsyncDisposable {
  readonly context: FleetContext;
  readonly roster: Roster;
  readonly write: (path: string, text: string) => Promise<void>;
}

const seats = [
  { name: "code0", class: "code", runtime: "canary" },
  { name: "lead", class: "orchestrator", runtime: "canary" },
];

async function world(): Promise<World> {
  const root = await mkdtemp(join(tmpdir(), "mf-contracts-"));
  const write = async (path: string, text: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  };
  for (const role of ["code", "orchestrator"])
    await write(`framework/fleet/roles/${role}.md`, personaTemplate(role));
  for (const place of ["/code.md", ""])
    await utimes(join(root, `framework/fleet/roles${place}`), WRITTEN, WRITTEN);
  await write("home/fleet/run/x", "");
  await write("mosaic.js", "");
  return {
    context: sampleContext({
      home: mosaicHome(join(root, "home")),
      framework: join(root, "framework"),
      program: ["/opt/node", join(root, "mosaic.js")],
    }),
    roster: sampleRoster([], { agents: seats }),
    write,
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

const CHANGES: readonly (readonly [string, (w: World) => Promise<unknown>])[] = [
  ["a layer is written", (w) => w.write("home/USER.md", "The user is called Ada.\n")],
  ["notes on a runtime are written", (w) => w.write("home/runtimes/canary.md", "You have no model.\n")],
  ["an overlay is written", (w) => w.write("home/SOUL.local.md", "Be brief.\n")],
  [
    "a persona gets an override",
    (w) => w.write("home/fleet/roles.local/code.md", `${personaTemplate("code")}\nMore.\n`),
  ],
  [
    "a persona is edited in place",
    (w) => appendFile(`${w.context.framework}/fleet/roles/code.md`, "\nMore.\n"),
  ],
  [
    "a persona is replaced by a file of the same size and time",
    async ({ context, write }) => {
      const path = `${context.framework}/fleet/roles/code.md`;
      await write("framework/fleet/roles/new", personaTemplate("code").replace("a", "b"));
      await rename(`${dirname(path)}/new`, path);
      for (const place of [path, dirname(path)]) await utimes(place, WRITTEN, WRITTEN);
    },
  ],
  [
    "the home is seeded",
    async (w) => {
      for (const role of ["code", "orchestrator"])
        await w.write(`home/fleet/roles/${role}.md`, `${personaTemplate(role)}\nSeeded.\n`);
      await w.write("home/fleet/seed.json", "{}");
    },
  ],
  ["a persona is broken", (w) => w.write("home/fleet/roles.local/code.md", "# Code\n")],
];

test.for(CHANGES)("when %s, what was cached no longer counts", async ([, change]) => {
  await using w = await world();
  const before = await currentContracts(w.context, w.roster);
  expect([...before.keys()]).toEqual(["code0", "lead"]);
  await change(w);
  const after = await currentContracts(w.context, w.roster);
  expect(after.get("code0")).not.toEqual(before.get("code0"));
  expect(after).toEqual(await composeContracts(w.context, w.roster));
});

test("a peer more and another host are other contracts", async () => {
  await using w = await world();
  const before = (await currentContracts(w.context, w.roster)).get("code0");
  expect((await currentContracts({ ...w.context, host: "oak" }, w.roster)).get("code0")).not.toEqual(before);
  const more = sampleRoster([], { agents: [...seats, { name: "new", class: "code", runtime: "canary" }] });
  expect((await currentContracts(w.context, w.roster)).get("code0")).toEqual(before);
  expect((await currentContracts(w.context, more)).get("code0")).not.toEqual(before);
});

/** Would be believed while nothing has changed. */
const FORGED = { hash: "forged" };
const forge = async (w: World): Promise<void> => {
  await currentContracts(w.context, w.roster);
  const path = w.context.home.contractCache;
  const cache = JSON.parse(await readFile(path, "utf8")) as Record<string, unknown>;
  await writeFile(path, JSON.stringify({ ...cache, contracts: [["code0", FORGED]] }));
};

test("while nothing has changed they are not composed again; a new program composes them anew", async () => {
  await using w = await world();
  await forge(w);
  expect((await currentContracts(w.context, w.roster)).get("code0")).toEqual(FORGED);
  await w.write("mosaic.js", "another version");
  expect((await currentContracts(w.context, w.roster)).get("code0")).not.toEqual(FORGED);
});

test("a cache that cannot be read or written costs time and nothing else", async () => {
  await using w = await world();
  await writeFile(w.context.home.contractCache, "{");
  const composed = await composeContracts(w.context, w.roster);
  expect(await currentContracts(w.context, w.roster)).toEqual(composed);
  await rm(w.context.home.run, { recursive: true });
  expect(await currentContracts(w.context, w.roster)).toEqual(composed);
});

test("a folder that cannot be listed stands against every contract that needs it, and is no failure", async () => {
  await using w = await world();
  await w.write("home/fleet/roles.local", "a file");
  expect((await currentContracts(w.context, w.roster)).get("lead")).toEqual({
    error: expect.stringContaining("roles.local"),
  });
});

test("a seat with a command of its own, and one that lives elsewhere, has no contract", async () => {
  await using w = await world();
  const roster = sampleRoster([], {
    agents: [
      { name: "own", runtime: "canary", command: "exec sleep 9" },
      { name: "far", runtime: "canary", host: "oak" },
    ],
  });
  expect(await currentContracts(w.context, roster)).toEqual(new Map());
});
