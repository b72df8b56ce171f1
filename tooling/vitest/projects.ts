/** One vitest project per kind of test; the name of a real-tool test's file says which: `x.<tool>.test.ts`. */
export interface TestProject {
  readonly name: string;
  readonly include: string[];
  readonly exclude: string[];
  readonly globalSetup: string[];
  readonly testTimeout: number;
  readonly hookTimeout: number;
  /** Where all files of a project share one process. */
  readonly maxWorkers?: number;
  readonly isolate?: boolean;
  /** Projects of another `maxWorkers` run after the others. */
  readonly sequence?: { readonly groupOrder: number };
}

const never = ["**/node_modules/**", "**/dist/**"];

export const unitProject: TestProject = {
  name: "unit",
  include: ["apps/*/src/**/*.test.ts", "packages/*/src/**/*.test.ts", "tooling/**/*.test.ts"],
  exclude: [...never, "**/*.*.test.ts"],
  globalSetup: [],
  testTimeout: 20_000,
  hookTimeout: 20_000,
};

/** Any of these may come near a tmux server, so each runs beside the decoy servers. */
const withTool = (tool: string, ...setup: string[]): TestProject => ({
  name: tool,
  include: [
    `apps/*/test/**/*.${tool}.test.ts`,
    `packages/*/test/**/*.${tool}.test.ts`,
    `tooling/**/*.${tool}.test.ts`,
  ],
  exclude: never,
  globalSetup: [...setup, "./tooling/vitest/decoy-servers.ts"],
  testTimeout: 60_000,
  hookTimeout: 60_000,
});

/** Real files and links, and the content of `framework/`; nothing is started. */
const filesProject: TestProject = { ...withTool("files"), globalSetup: [] };

/** One process for all: the embedded Postgres takes seconds to start and one processor while it does. */
const pgliteProject: TestProject = {
  ...withTool("pglite"),
  globalSetup: [],
  maxWorkers: 1,
  sequence: { groupOrder: 1 },
  isolate: false,
};

export const toolProjects: readonly TestProject[] = [
  filesProject,
  withTool("process"),
  withTool("tmux", "./tooling/vitest/require-tmux.ts"),
  {
    ...withTool("systemd", "./tooling/vitest/require-tmux.ts", "./tooling/vitest/require-systemd.ts"),
    // systemd waits before it starts again what has crashed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
  /** The real runtimes: each has a file of its own, and takes a processor while it starts. */
  {
    ...withTool("runtime", "./tooling/vitest/require-tmux.ts", "./tooling/vitest/require-runtimes.ts"),
    testTimeout: 180_000,
    hookTimeout: 120_000,
    sequence: { groupOrder: 2 },
  },
  withTool("ssh", "./tooling/vitest/require-tmux.ts"),
  { ...withTool("postgres"), globalSetup: [], maxWorkers: 1, sequence: { groupOrder: 1 } },
  pgliteProject,
];
