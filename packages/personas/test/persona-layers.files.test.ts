import { once } from "node:events";
import { mkdir, rm, symlink, unlink } from "node:fs/promises";
import { createServer } from "node:net";
import { expect, test } from "vitest";
import { openPersonas } from "@mosaic/fleet-personas";
import { contract, libraryFolders, type LibraryFolders } from "./library-folders.ts";

test("a class is the baseline's until an override hides it, whole file, and again when the override is gone", async () => {
  await using library = await libraryFolders();
  await library.write("roles/code.md", contract("code", "Baseline."));
  expect(await library.personas().resolvePersona("code")).toMatchObject({
    layer: "baseline",
    path: library.path("roles/code.md"),
    text: contract("code", "Baseline."),
  });

  await library.write("roles.local/code.md", contract("code", "Mine."));
  expect(await library.personas().resolvePersona("code")).toMatchObject({
    layer: "override",
    path: library.path("roles.local/code.md"),
    hides: library.path("roles/code.md"),
    persona: { intro: "Mine." },
  });
  expect(await library.personas().baselineText("code")).toBe(contract("code", "Baseline."));

  await unlink(library.path("roles.local/code.md"));
  expect(await library.personas().resolvePersona("code")).toMatchObject({ layer: "baseline" });
});

test("a class that exists only in the override layer is a full citizen", async () => {
  await using library = await libraryFolders();
  await library.write("roles/code.md", contract("code"));
  await library.write("roles.local/barista.md", contract("barista"));
  const personas = library.personas();
  expect((await personas.list()).map((one) => [one.class, one.layer])).toEqual([
    ["barista", "override"],
    ["code", "baseline"],
  ]);
  expect((await personas.resolvePersona("barista")).persona.title).toBe("barista");
  expect(await personas.baselineText("barista")).toBeUndefined();
});

test("an unknown class is an error with the nearest", async () => {
  await using library = await libraryFolders();
  for (const name of ["code", "review", "rebase"]) await library.write(`roles/${name}.md`, contract(name));
  await expect(library.personas().resolvePersona("coder")).rejects.toMatchObject({
    code: "PERSONA_UNKNOWN",
    message: 'there is no persona "coder"; did you mean "code"?',
    hint: "List them with: mosaic fleet persona list",
  });
});

test.for(["../code", "a/b", "..", "", "LIBRARY", "constructor", "__proto__", "code.md", "\u0000"])(
  "%j is not a persona, and no file outside the layers is looked at",
  async (name) => {
    await using library = await libraryFolders();
    await library.write("code.md", contract("code"));
    await library.write("roles/code.md", contract("code"));
    await library.write("roles/LIBRARY.md", "# Library\n");
    await expect(library.personas().resolvePersona(name)).rejects.toMatchObject({ code: "PERSONA_UNKNOWN" });
  },
);

test("the index, a readme, hidden files and an editor's backup are not personas", async () => {
  await using library = await libraryFolders();
  await library.write("roles/code.md", contract("code"));
  for (const name of ["LIBRARY.md", "README.md", ".code.md", "code.md~", "notes.txt"])
    await library.write(`roles/${name}`, "x");
  expect((await library.personas().list()).map((one) => one.class)).toEqual(["code"]);
});

const hostile: [string, (library: LibraryFolders) => Promise<unknown>, string, string][] = [
  [
    "another class inside",
    (l) => l.write("roles.local/code.md", contract("coder")),
    'roles.local/code.md:2: the class is "coder"',
    "docs/reference/personas.md",
  ],
  [
    "no frame",
    (l) => l.write("roles.local/code.md", "just text"),
    "roles.local/code.md:1: the file begins with no front matter",
    "docs/reference/personas.md",
  ],
  [
    "a folder",
    (l) => mkdir(l.path("roles.local/code.md"), { recursive: true }),
    "roles.local/code.md: is a folder",
    "move this away",
  ],
  [
    "a link out of the layer",
    async (l) => {
      await l.write("elsewhere.md", contract("code"));
      await mkdir(l.path("roles.local"));
      await symlink(l.path("elsewhere.md"), l.path("roles.local/code.md"));
    },
    "roles.local/code.md: is a link that leads out of its folder",
    "Copy the file to",
  ],
  [
    "a link to the other layer",
    async (l) => {
      await mkdir(l.path("roles.local"));
      await symlink("../roles/code.md", l.path("roles.local/code.md"));
    },
    "roles.local/code.md: is a link that leads out of its folder",
    "Copy the file to",
  ],
  [
    "a link that leads nowhere",
    async (l) => {
      await mkdir(l.path("roles.local"));
      await symlink("gone.md", l.path("roles.local/code.md"));
    },
    "roles.local/code.md: cannot be read: ENOENT",
    "leads nowhere",
  ],
  [
    "a link to itself",
    async (l) => {
      await mkdir(l.path("roles.local"));
      await symlink("code.md", l.path("roles.local/code.md"));
    },
    "roles.local/code.md: cannot be read: ELOOP",
    "leads to itself",
  ],
  [
    "a file that is too large",
    (l) => l.write("roles.local/code.md", `${contract("code")}${"x".repeat(70_000)}`),
    "a persona has at most 65536",
    "Shorten it.",
  ],
  [
    "bytes that are no text",
    (l) => l.write("roles.local/code.md", Uint8Array.of(0x2d, 0xff, 0xfe)),
    "roles.local/code.md: is not UTF-8 text",
    "Save it as UTF-8.",
  ],
  [
    "a socket",
    async (l) => {
      await mkdir(l.path("roles.local"));
      const server = createServer().listen(l.path("roles.local/code.md")).unref();
      await once(server, "listening");
    },
    "roles.local/code.md: is no regular file",
    "move this away",
  ],
];

test.for(hostile)(
  "an override that is %s is an error with file and mend, never the baseline instead",
  async ([, prepare, message, hint]) => {
    await using library = await libraryFolders();
    await library.write("roles/code.md", contract("code"));
    await library.write("roles/review.md", contract("review"));
    await prepare(library);
    const expected = { message: expect.stringContaining(message), hint: expect.stringContaining(hint) };
    await expect(library.personas().resolvePersona("code")).rejects.toMatchObject(expected);
    const listed = await library.personas().list();
    expect(listed).toMatchObject([
      { class: "code", layer: "override", error: expected },
      { class: "review", layer: "baseline" },
    ]);
  },
);

test("a file whose name is not a class is listed with the mend", async () => {
  await using library = await libraryFolders();
  await library.write("roles.local/Code Reviewer.md", contract("code-reviewer"));
  expect(await library.personas().list()).toMatchObject([
    {
      class: "Code Reviewer",
      error: { code: "PERSONA_UNREADABLE", hint: expect.stringContaining("Rename it") },
    },
  ]);
});

test("a link inside the layer and a layer that is a link are fine", async () => {
  await using library = await libraryFolders();
  await library.write("shared/code.md", contract("code"));
  await symlink(library.path("shared"), library.path("roles.local"));
  await library.write("roles.local/sub/x.txt", contract("review"));
  await symlink("sub/x.txt", library.path("roles.local/review.md"));
  const personas = library.personas();
  expect(await personas.resolvePersona("code")).toMatchObject({ layer: "override" });
  expect(await personas.resolvePersona("review")).toMatchObject({ layer: "override" });
});

test("a baseline that is not there is an error, an override layer that is not there is empty", async () => {
  await using library = await libraryFolders();
  await rm(library.path("roles"), { recursive: true });
  await expect(library.personas().list()).rejects.toMatchObject({ code: "LIBRARY_UNREADABLE" });
  await library.write("roles", "a file");
  await expect(library.personas().list()).rejects.toMatchObject({
    hint: expect.stringContaining("no folder"),
  });
});

test("a library is listed once: what appears later is not seen by it", async () => {
  await using library = await libraryFolders();
  await library.write("roles/code.md", contract("code"));
  const personas = openPersonas({ baseline: library.path("roles"), override: library.path("roles.local") });
  await personas.list();
  await library.write("roles.local/code.md", contract("code"));
  expect(await personas.resolvePersona("code")).toMatchObject({ layer: "baseline" });
});
