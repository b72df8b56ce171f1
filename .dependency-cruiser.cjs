/**
 * The import table of docs/architecture.md, as rules. A package missing here may import nothing of ours.
 * `ours` are package folders, `others` what its own dependencies may be.
 */
const TABLE = {
  "packages/model": { ours: [], others: [], pure: true },
  "packages/roster": { ours: ["packages/model"], others: ["yaml", "zod"], pure: true },
  "packages/personas": { ours: ["packages/model", "packages/roster"], others: ["yaml", "zod"] },
  "packages/commands": { ours: ["packages/model"], others: [], pure: true },
  "packages/process": { ours: ["packages/model"], others: [] },
  "packages/backlog": {
    ours: ["packages/model"],
    others: ["@electric-sql/pglite", "drizzle-orm", "postgres"],
  },
  "packages/core": {
    ours: [
      "packages/model",
      "packages/roster",
      "packages/personas",
      "packages/commands",
      "packages/process",
      "packages/backlog",
    ],
    others: ["@xterm/headless", "string-width"],
  },
  "apps/cli": {
    ours: ["packages/core", "packages/model", "packages/process"],
    others: ["commander", "string-width"],
  },
  "tooling/testkit": { ours: ["packages/process"], others: [] },
};

const PACKAGE = "^(apps|packages|tooling)/([^/]+)/";
/** What a package ships; tests may use more. */
const TEST = "\\.test\\.ts$|^(apps|packages|tooling)/[^/]+/test/";
const anyOf = (names) => `(${names.join("|")})`;

const byTable = Object.entries(TABLE).flatMap(([folder, { ours, others, pure }]) => {
  const from = { path: `^${folder}/src/`, pathNot: TEST };
  const inside = `^${anyOf([folder, ...ours])}/`;
  return [
    {
      name: "import-table",
      comment: `${folder} may import ${ours.length === 0 ? "no package of ours" : ours.join(", ")}.`,
      severity: "error",
      from,
      to: { path: "^(apps|packages|tooling|bench)/", pathNot: inside },
    },
    {
      name: "import-table-others",
      comment: `${folder} may depend on ${others.length === 0 ? "nothing from outside" : others.join(", ")}.`,
      severity: "error",
      from,
      to: {
        path: "(^|/)node_modules/",
        ...(others.length === 0 ? {} : { pathNot: `(^|/)node_modules/${anyOf(others)}/` }),
      },
    },
    ...(pure
      ? [
          {
            name: "pure",
            comment: `${folder} decides and never acts: no node: import.`,
            severity: "error",
            from,
            to: { dependencyTypes: ["core"] },
          },
        ]
      : []),
  ];
});

module.exports = {
  forbidden: [
    ...byTable,
    {
      name: "package-in-table",
      comment:
        "A package that the import table does not know: add it to the table, the diagram and the rules.",
      severity: "error",
      from: { path: `${PACKAGE}src/`, pathNot: `^${anyOf(Object.keys(TABLE))}/` },
      to: { path: "^(apps|packages|tooling)/[^/]+/src/", pathNot: "^$1/$2/" },
    },
    {
      name: "by-package-name",
      comment: "Another package is imported by its name, never by a path into its folder.",
      severity: "error",
      from: { path: `${PACKAGE}(src|test)/` },
      to: { path: PACKAGE, pathNot: "^$1/$2/", dependencyTypes: ["local"] },
    },
    {
      name: "own-index",
      comment: "Inside a package import the file, never index.ts.",
      severity: "error",
      from: { path: `${PACKAGE}src/` },
      to: { path: "^$1/$2/src/index\\.ts$" },
    },
    {
      name: "programs",
      comment: "Only packages/process starts programs.",
      severity: "error",
      from: { path: "^(apps|packages)/[^/]+/src/", pathNot: `${TEST}|^packages/process/src/` },
      to: { path: "^(node:)?child_process$" },
    },
    {
      name: "testkit",
      comment: "The testkit is for tests.",
      severity: "error",
      from: { path: "^(apps|packages)/", pathNot: TEST },
      to: { path: "^tooling/testkit/" },
    },
    { name: "no-cycles", severity: "error", from: {}, to: { circular: true } },
    {
      name: "resolvable",
      comment: "Not installed, or not among the exports of its package.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist/" },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@mosaic/source", "import", "node", "default"],
    },
  },
};
