import { defineConfig } from "vitest/config";
import { toolProjects, unitProject } from "./tooling/vitest/projects.ts";

export default defineConfig({
  // Packages resolve each other to their sources, so that a test needs no build.
  resolve: { conditions: ["@mosaic/source", "node", "module", "default"] },
  ssr: { resolve: { conditions: ["@mosaic/source", "node", "module", "default"] } },
  test: {
    maxWorkers: 2,
    passWithNoTests: false,
    env: { LC_ALL: "C" },
    teardownTimeout: 30_000,
    projects: [unitProject, ...toolProjects].map((project) => ({ extends: true as const, test: project })),
  },
});
