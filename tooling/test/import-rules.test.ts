import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { cruise, type ICruiseOptions, type ICruiseResult, type IResolveOptions } from "dependency-cruiser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readArchitecture, type DocumentedPackage } from "../architecture.ts";

const root = join(import.meta.dirname, "../..");
const page = readArchitecture(readFileSync(join(root, "docs/architecture.md"), "utf8"));

/** A workspace with one file for each import there could be; the rules are asked about all of them at once. */
let found: readonly string[] = [];
const world = mkdtempSync(join(tmpdir(), "mf-imports-"));
const OTHERS = [
  "yaml",
  "zod",
  "commander",
  "string-width",
  "@xterm/headless",
  "drizzle-orm",
  "postgres",
  "left-pad",
];

beforeAll(async () => {
  for (const other of OTHERS)
    write(`node_modules/${other}/package.json`, `{"name":"${other}","main":"x.js"}`);
  for (const other of OTHERS) write(`node_modules/${other}/x.js`, "module.exports = {};");
  for (const pkg of page.packages) fixture(pkg);
  const { cruiseOptions, resolveOptions } = rules();
  const { output } = await cruise(
    ["apps", "packages", "tooling"],
    { ...cruiseOptions, baseDir: world },
    resolveOptions,
  );
  // Without an output type the result is an object.
  const { violations } = (output as ICruiseResult).summary;
  found = violations.map(
    (v) => `${v.rule.name}: ${v.from}${v.rule.name === "no-cycles" ? "" : ` -> ${v.to}`}`,
  );
});
afterAll(() => {
  rmSync(world, { recursive: true, force: true });
});

test("the rules refuse exactly the imports between packages that the table does not allow", () => {
  const refused = page.packages.flatMap((from) =>
    page.packages
      .filter((to) => to !== from && !from.ours.includes(to.short))
      .map((to) => `import-table: ${from.folder}/src/to-${to.short}.ts -> ${to.folder}/src/index.ts`),
  );
  const byName = of("import-table").filter((line) => line.includes("/src/to-"));
  expect(byName).toEqual(refused.sort());
});

test("the rules refuse exactly the dependencies from outside that the table does not allow", () => {
  const refused = page.packages.flatMap((from) =>
    OTHERS.filter((other) => !from.others.includes(other)).map(
      (other) => `import-table-others: ${from.folder}/src/to-${other}.ts -> node_modules/${other}/x.js`,
    ),
  );
  expect(of("import-table-others")).toEqual(refused.sort());
});

test("the rules refuse node: exactly where the table says so, but not in a test", () => {
  const refused = page.packages
    .filter((pkg) => pkg.pure)
    .flatMap((pkg) => [
      `pure: ${pkg.folder}/src/files.ts -> fs`,
      `pure: ${pkg.folder}/src/programs.ts -> child_process`,
    ]);
  expect(refused).not.toEqual([]);
  expect(of("pure")).toEqual(refused.sort());
});

test("only the process package starts programs", () => {
  const refused = page.packages.filter(
    (pkg) => !["packages/process", "tooling/testkit"].includes(pkg.folder),
  );
  expect(of("programs")).toEqual(
    refused.map((pkg) => `programs: ${pkg.folder}/src/programs.ts -> child_process`).sort(),
  );
});

test("only tests import the testkit", () => {
  const refused = page.packages.filter((pkg) => pkg.folder !== "tooling/testkit");
  const expected = refused.map(
    (pkg) => `testkit: ${pkg.folder}/src/to-testkit.ts -> tooling/testkit/src/index.ts`,
  );
  expect(of("testkit")).toEqual(expected.sort());
});

test("the rules refuse a path into another package, also from a test", () => {
  const refused = page.packages
    .filter((pkg) => pkg.folder !== "packages/model")
    .flatMap((pkg) =>
      ["src/path.ts", "test/path.process.test.ts"].map(
        (file) => `by-package-name: ${pkg.folder}/${file} -> packages/model/src/index.ts`,
      ),
    );
  expect(of("by-package-name")).toEqual(refused.sort());
});

test("the rules refuse a package's own index, a circle, and what is not exported", () => {
  expect(of("own-index")).toEqual(
    page.packages
      .map((pkg) => `own-index: ${pkg.folder}/src/own-index.ts -> ${pkg.folder}/src/index.ts`)
      .sort(),
  );
  expect(of("no-cycles")).toEqual(
    page.packages.map((pkg) => `no-cycles: ${pkg.folder}/src/circle-a.ts`).sort(),
  );
  expect(of("resolvable")).toEqual(
    page.packages
      .map((pkg) => `resolvable: ${pkg.folder}/src/private.ts -> @mosaic/fleet-model/private`)
      .sort(),
  );
});

test("a package that the rules do not know may import none of ours", () => {
  expect(of("package-in-table")).toEqual([
    "package-in-table: packages/new/src/a.ts -> packages/model/src/index.ts",
  ]);
});

function of(rule: string): string[] {
  return found.filter((line) => line.startsWith(`${rule}: `)).sort();
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(world, path)), { recursive: true });
  writeFileSync(join(world, path), text);
}

function fixture({ folder, name }: DocumentedPackage): void {
  const file = (path: string, text: string): void => {
    write(`${folder}/${path}`, text);
  };
  file("package.json", JSON.stringify({ name, exports: { ".": { "@mosaic/source": "./src/index.ts" } } }));
  file("src/index.ts", 'export { own } from "./own.ts";\n');
  file("src/own.ts", "export const own = 1;\n");
  file("src/own-index.ts", 'import "./index.ts";\n');
  file("src/files.ts", 'import "node:fs";\n');
  file("src/files.test.ts", 'import "node:fs";\n');
  file("src/programs.ts", 'import "node:child_process";\n');
  file("src/private.ts", 'import "@mosaic/fleet-model/private";\n');
  file("src/circle-a.ts", 'import type { back } from "./circle-b.ts";\nexport type There = typeof back;\n');
  file("src/circle-b.ts", 'import type { There } from "./circle-a.ts";\nexport const back: There | 1 = 1;\n');
  file("test/with.process.test.ts", 'import "@mosaic/fleet-testkit";\nimport "node:child_process";\n');
  for (const other of OTHERS) file(`src/to-${other}.ts`, `import "${other}";\n`);
  for (const to of page.packages)
    if (to.name !== name) file(`src/to-${to.short}.ts`, `import type {} from "${to.name}";\n`);
  if (folder !== "packages/model") {
    const model = 'import "../../../packages/model/src/index.ts";\n';
    file("src/path.ts", model);
    file("test/path.process.test.ts", model);
  }
  mkdirSync(join(world, "node_modules/@mosaic"), { recursive: true });
  symlinkSync(join(world, folder), join(world, "node_modules", name));
  write("packages/new/src/a.ts", 'import "@mosaic/fleet-model";\n');
}

function rules(): { cruiseOptions: ICruiseOptions; resolveOptions: Partial<IResolveOptions> } {
  const require = createRequire(import.meta.url);
  // The rules file is CommonJS and untyped; dependency-cruiser validates it.
  const { options, ...ruleSet } = require(join(root, ".dependency-cruiser.cjs")) as RulesFile;
  const { enhancedResolveOptions, ...cruiseOptions } = options;
  return {
    cruiseOptions: { ...cruiseOptions, validate: true, ruleSet },
    resolveOptions: enhancedResolveOptions,
  };
}
interface RulesFile {
  readonly forbidden: NonNullable<NonNullable<ICruiseOptions["ruleSet"]>["forbidden"]>;
  readonly options: ICruiseOptions & { enhancedResolveOptions: Partial<IResolveOptions> };
}
