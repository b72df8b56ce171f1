import { mkdir, rm } from "node:fs/promises";
import { provision } from "@mosaic/fleet-personas";
import { expect, test } from "vitest";
import { contract, libraryFolders } from "./library-folders.ts";

const profile = (id: string, seat: string): string =>
  `id: ${id}\ntitle: T\ndescription: D.\nlead: boss\nfloor: [boss]\nroster:\n  - class: boss\n  - class: ${seat}\n    reports_to: boss\n`;

test("a file in profiles.local is a new system type, and wins over a baseline of its name", async () => {
  await using library = await libraryFolders();
  for (const name of ["boss", "code"]) await library.write(`roles/${name}.md`, contract(name));
  await library.write("profiles/small.yaml", profile("small", "code"));
  await library.write("profiles.local/mine.yaml", profile("mine", "code"));
  await library.write("profiles.local/small.yaml", profile("small", "code").replace("D.", "Mine."));
  const profiles = library.profiles();
  expect((await profiles.list()).map(({ id, layer }) => [id, layer])).toEqual([
    ["mine", "override"],
    ["small", "override"],
  ]);
  expect((await profiles.resolveProfile("small")).profile.description).toBe("Mine.");
});

test("an unknown profile is an error with the nearest", async () => {
  await using library = await libraryFolders();
  await library.write("roles/boss.md", contract("boss"));
  await library.write("profiles/research.yaml", profile("research", "boss"));
  await expect(library.profiles().resolveProfile("reserch")).rejects.toMatchObject({
    code: "PROFILE_UNKNOWN",
    message: 'there is no profile "reserch"; did you mean "research"?',
  });
});

test("a class without a persona is an error with file, line and what is near", async () => {
  await using library = await libraryFolders();
  for (const name of ["boss", "code"]) await library.write(`roles/${name}.md`, contract(name));
  await library.write("profiles/small.yaml", profile("small", "coder"));
  await expect(library.profiles().resolveProfile("small")).rejects.toMatchObject({
    code: "PROFILE_INVALID",
    message: `${library.path("profiles/small.yaml")}:8: there is no persona "coder"; did you mean "code"?`,
  });
});

test("a class whose persona is broken is an error that names both files", async () => {
  await using library = await libraryFolders();
  await library.write("roles/boss.md", contract("boss"));
  await library.write("roles/code.md", contract("coder"));
  await library.write("profiles/small.yaml", profile("small", "code"));
  const reading = library.profiles().resolveProfile("small");
  await expect(reading).rejects.toThrow(`${library.path("profiles/small.yaml")}:8: `);
  await expect(reading).rejects.toThrow(`${library.path("roles/code.md")}:2: the class is "coder"`);
});

test("problems of the profile and missing personas are reported together", async () => {
  await using library = await libraryFolders();
  await library.write("roles/boss.md", contract("boss"));
  await library.write("profiles/small.yaml", profile("other", "nobody"));
  await expect(library.profiles().resolveProfile("small")).rejects.toMatchObject({
    problems: [{ line: 1 }, { line: 8 }],
  });
});

test("a broken profile hides no other in the listing", async () => {
  await using library = await libraryFolders();
  await library.write("roles/boss.md", contract("boss"));
  await library.write(
    "profiles/good.yaml",
    profile("good", "boss").replace(/ {2}- class: boss\n {4}.*\n/, ""),
  );
  await mkdir(library.path("profiles/folder.yaml"));
  expect(await library.profiles().list()).toMatchObject([
    { id: "folder", error: { code: "PROFILE_UNREADABLE" } },
    { id: "good", profile: { id: "good" } },
  ]);
});

test("the layer of each seat's persona is in the summary, and deleting the override restores the baseline", async () => {
  await using library = await libraryFolders();
  for (const name of ["boss", "code"]) await library.write(`roles/${name}.md`, contract(name));
  await library.write("roles.local/code.md", contract("code", "Mine."));
  await library.write("profiles/small.yaml", profile("small", "code"));
  const layers = async () => {
    const resolved = await library.profiles().resolveProfile("small");
    const options = { profile: resolved, full: true, runtimes: [], topology: false, tenantId: "t" };
    return provision(options).seats.map(({ name, layer }) => [name, layer]);
  };
  expect(await layers()).toEqual([
    ["boss", "baseline"],
    ["code", "override"],
  ]);
  await rm(library.path("roles.local"), { recursive: true });
  expect(await layers()).toEqual([
    ["boss", "baseline"],
    ["code", "baseline"],
  ]);
});
