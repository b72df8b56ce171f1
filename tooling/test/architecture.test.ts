import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readArchitecture, type DocumentedPackage } from "../architecture.ts";

const root = join(import.meta.dirname, "../..");
const page = readArchitecture(readFileSync(join(root, "docs/architecture.md"), "utf8"));
const shown = page.packages.filter((pkg) => page.rows.flat().includes(pkg.short));

const manifest = (folder: string): Manifest =>
  // Our own manifests, all of this shape.
  JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

test("the table lists every package of the workspace, and no other", () => {
  const folders = ["apps", "packages", "tooling"].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => `${parent}/${entry.name}`)
      .filter((folder) => readdirSync(join(root, folder)).includes("package.json")),
  );
  expect(page.packages.map((pkg) => pkg.folder).sort()).toEqual(folders.sort());
});

test("the table gives each package the name its manifest has", () => {
  expect(page.packages.map((pkg) => pkg.name)).toEqual(page.packages.map((pkg) => manifest(pkg.folder).name));
});

test("the table allows what the manifests declare, and nothing more", () => {
  const declared = page.packages.map((pkg) => {
    const { dependencies = {}, devDependencies = {} } = manifest(pkg.folder);
    // The CLI ships as a bundle, so what it imports stands among its devDependencies.
    const all = Object.keys(pkg.folder === "apps/cli" ? devDependencies : dependencies);
    return { folder: pkg.folder, names: all.filter((name) => name !== "@mosaic/fleet-testkit").sort() };
  });
  const allowed = page.packages.map((pkg) => ({
    folder: pkg.folder,
    names: [...pkg.ours.map((short) => byShort(short).name), ...pkg.others].sort(),
  }));
  expect(declared).toEqual(allowed);
});

test("the diagram shows every package that ships, once", () => {
  const shipped = page.packages.filter((pkg) => pkg.folder !== "tooling/testkit");
  expect(page.rows.flat().sort()).toEqual(shipped.map((pkg) => pkg.short).sort());
});

test("every import the table allows points down in the diagram, or along an arrow of it", () => {
  const sideways = shown.flatMap((pkg) =>
    pkg.ours.filter((short) => row(short) <= row(pkg.short)).map((short) => `${pkg.short} -> ${short}`),
  );
  expect(sideways).toEqual(page.arrows);
});

test("every line of the diagram is an import the table allows", () => {
  const missing = shown.flatMap((pkg) =>
    (page.rows[row(pkg.short) + 1] ?? [])
      .filter((below) => !pkg.ours.includes(below))
      .map((below) => `${pkg.short} -> ${below}`),
  );
  expect(missing).toEqual([]);
});

function byShort(short: string): DocumentedPackage {
  const pkg = page.packages.find((candidate) => candidate.short === short);
  if (pkg === undefined) throw new Error(`docs/architecture.md: the table has no package ${short}`);
  return pkg;
}

function row(short: string): number {
  return page.rows.findIndex((names) => names.includes(short));
}
