import { expect, test } from "vitest";
import {
  installationOf,
  isNewer,
  PACKAGE_MANAGERS,
  packageFailure,
  parseLatest,
} from "./package-managers.ts";

const NAME = "@mosaic/cli";
const inside = (folder: string): string => `${folder}/${NAME}/dist/mosaic.js`;

test.for([
  ["npm", inside("/usr/lib/node_modules"), { manager: "npm", prefix: "/usr" }],
  [
    "npm with a prefix of the user's",
    inside("/home/ada/.npm-global/lib/node_modules"),
    { manager: "npm", prefix: "/home/ada/.npm-global" },
  ],
  ["npm of nvm", inside("/home/ada/.nvm/versions/node/v24.1.0/lib/node_modules"), { manager: "npm" }],
  [
    "pnpm 12",
    inside("/home/ada/.local/share/pnpm/store/v11/links/@mosaic/cli/0.1.0/ab12/node_modules"),
    { manager: "pnpm" },
  ],
  ["pnpm 11", inside("/home/ada/.local/share/pnpm/global/v11/46f1-18/node_modules"), { manager: "pnpm" }],
  [
    "pnpm 9",
    inside("/home/ada/.local/share/pnpm/global/5/.pnpm/@mosaic+cli@0.1.0/node_modules"),
    { manager: "pnpm" },
  ],
  ["yarn 1", inside("/home/ada/.config/yarn/global/node_modules"), { manager: "yarn" }],
  ["bun", inside("/home/ada/.bun/install/global/node_modules"), { manager: "bun" }],
] as const)("a global installation by %s is told by its path", ([, script, expected]) => {
  expect(installationOf(script, NAME)).toMatchObject({ kind: "global", ...expected });
});

test.for([
  ["a checkout", "/srv/mosaic/apps/cli/dist/mosaic.js", { kind: "checkout", root: "/srv/mosaic" }],
  ["a dependency of a project", inside("/srv/site/node_modules"), { kind: "elsewhere" }],
  ["what npx fetched", inside("/home/ada/.npm/_npx/0a1b/node_modules"), { kind: "elsewhere" }],
  ["a copy", "/opt/mosaic/dist/mosaic.js", { kind: "elsewhere" }],
] as const)("%s is not replaced by a package manager", ([, script, expected]) => {
  expect(installationOf(script, NAME)).toEqual(expected);
});

test("npm installs where the running program is, whatever its own prefix says", () => {
  expect(PACKAGE_MANAGERS.npm.install(NAME, "1.2.3", "/opt/node")).toEqual([
    "npm",
    "install",
    "--global",
    "--prefix",
    "/opt/node",
    "@mosaic/cli@1.2.3",
  ]);
});

test.for([
  ['"1.2.3"\n', "1.2.3"],
  ['{"type":"inspect","data":"1.2.3-rc.1"}\n', "1.2.3-rc.1"],
  ["1.2.3\n", "1.2.3"],
  ["", undefined],
] as const)("the newest version is read from %j", ([stdout, version]) => {
  expect(parseLatest(stdout)).toBe(version);
});

test.for([
  ["0.2.0", "0.1.9"],
  ["0.10.0", "0.9.0"],
  ["1.0.0", "1.0.0-rc.1"],
  ["1.0.0-rc.2", "1.0.0-rc.1"],
  ["1.0.0-rc.10", "1.0.0-rc.9"],
  ["1.0.0-rc.1", "1.0.0-beta.9"],
  ["1.0.0-rc.1", "1.0.0-rc"],
  ["1.0.0-rc", "1.0.0-1"],
] as const)("%s is newer than %s, and never the other way round", ([left, right]) => {
  expect([isNewer(left, right), isNewer(right, left), isNewer(left, left)]).toEqual([true, false, false]);
});

test.for([
  ["npm error code ECONNREFUSED", "network"],
  ["npm error code EACCES\nnpm error syscall rename", "denied"],
  ["npm error code E404", "unknown-version"],
  ["npm error nospc ENOSPC: no space left on device", "disk"],
  ["something else", "other"],
] as const)("%j is a failure of kind %s", ([output, kind]) => {
  expect(packageFailure(output)).toBe(kind);
});
