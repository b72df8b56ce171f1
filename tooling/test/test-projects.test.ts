import { globSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toolProjects, unitProject } from "../vitest/projects.ts";

const root = join(import.meta.dirname, "../..");
const projects = [unitProject, ...toolProjects].map(({ name, include, exclude }) => ({
  name,
  files: globSync(include, { cwd: root, exclude }),
}));

test("every test file runs in exactly one project", () => {
  const all = globSync("{apps,packages,tooling,bench}/**/*.test.ts", {
    cwd: root,
    exclude: ["**/node_modules/**", "**/dist/**"],
  });
  const misplaced = all.filter((file) => projects.filter(({ files }) => files.includes(file)).length !== 1);
  expect(misplaced).toEqual([]);
});

test("every project has tests", () => {
  expect(projects.filter(({ files }) => files.length === 0).map(({ name }) => name)).toEqual([]);
});
