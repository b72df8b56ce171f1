import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { appendFile, chmod, cp, mkdir, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import { createRun, type Run, type RunResult } from "@mosaic/fleet-process";
import { packageRegistry, type PackageRegistry } from "@mosaic/fleet-testkit/registry";
import { tmuxServer, type TmuxServer } from "@mosaic/fleet-testkit/tmux";
import { PROGRAM } from "./fleet-world.ts";

/** A user of a machine of their own: npm with a prefix, a registry, a home, a tmux server; and no mosaic yet. */
export interface UpdateWorld extends AsyncDisposable {
  readonly server: TmuxServer;
  readonly registry: PackageRegistry;
  readonly root: string;
  /** Where npm installs programs for this user. */
  readonly prefix: string;
  readonly home: string;
  readonly env: NodeJS.ProcessEnv;
  readonly run: Run;
  /** Packs a version of the built command line, with a framework of its own. @returns the tarball. */
  pack(version: string, framework?: (folder: string) => Promise<void>): Promise<string>;
  /** Packs and publishes it. */
  publish(version: string, framework?: (folder: string) => Promise<void>): Promise<void>;
  npm(...args: readonly string[]): Promise<RunResult>;
  /** Runs the installed `mosaic` to its end. */
  mosaic(...args: readonly string[]): Promise<RunResult>;
  /** Writes a file below the home. */
  write(path: string, content: string): Promise<void>;
}

const DIST = dirname(PROGRAM);
const TIMEOUT_MS = 120_000;

export async function updateWorld(): Promise<UpdateWorld> {
  if (!existsSync(PROGRAM)) throw new Error(`There is no ${PROGRAM}. Build it first: pnpm run build`);
  const server = await tmuxServer();
  const registry = await packageRegistry();
  const root = server.tmpdir;
  const [prefix, home] = [join(root, "prefix"), join(root, "home")];
  await writeFile(
    join(root, ".npmrc"),
    `registry=${registry.url}\nprefix=${prefix}\ncache=${root}/npm-cache\nfund=false\naudit=false\nupdate-notifier=false\n`,
  );
  const inherited = Object.entries(server.env).filter(
    ([key]) => !/^(MOSAIC_|XDG_|npm_|NPM_|NO_COLOR$|FORCE_COLOR$)/.test(key),
  );
  const path = [join(prefix, "bin"), dirname(process.execPath), server.env.PATH ?? ""].join(delimiter);
  const env = { ...Object.fromEntries(inherited), PATH: path, MOSAIC_HOME: home };
  const run = createRun(env);
  const pack: UpdateWorld["pack"] = (version, change) => packVersion(run, version, root, change);
  return {
    server,
    registry,
    root,
    prefix,
    home,
    env,
    run,
    pack,
    publish: async (version, framework) => {
      const manifest = { ...(await manifestOf()), version };
      await registry.publish(manifest, await pack(version, framework));
    },
    npm: (...args) => run(["npm", ...args], { timeoutMs: TIMEOUT_MS, cwd: root }),
    mosaic: (...args) => run([join(prefix, "bin/mosaic"), ...args], { timeoutMs: TIMEOUT_MS }),
    write: async (path, content) => {
      await mkdir(dirname(join(home, path)), { recursive: true });
      await writeFile(join(home, path), content);
    },
    async [Symbol.asyncDispose]() {
      await registry[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Packs a version of the built command line with npm, with a framework of its own. @returns the tarball. */
export async function packVersion(
  run: Run,
  version: string,
  into: string,
  change?: (framework: string) => Promise<void>,
): Promise<string> {
  const folder = join(into, `package-${version}`);
  await buildOf(version, folder, change);
  // With a cache of its own: npm would not ask the registry for what it packed itself.
  const argv = ["npm", "pack", "--silent", "--cache", `${folder}-cache`, "--pack-destination", into] as const;
  const { exitCode, stderr } = await run(argv, { cwd: folder, timeoutMs: TIMEOUT_MS });
  if (exitCode !== 0) throw new Error(`npm pack failed: ${stderr}`);
  await rm(folder, { recursive: true });
  await rm(`${folder}-cache`, { recursive: true, force: true });
  return join(into, `mosaic-cli-${version}.tgz`);
}

interface CliManifest {
  readonly name: string;
  readonly version: string;
  readonly bin: unknown;
}

const manifestOf = async (): Promise<CliManifest> =>
  JSON.parse(await readFile(join(dirname(DIST), "package.json"), "utf8")) as CliManifest; // Ours.

/** The framework as another version has it: a file changed, one added, one gone. */
export const another = (word: string) => async (framework: string) => {
  await appendFile(join(framework, "fleet/roles/code.md"), `\nAs of ${word}.\n`);
  await writeFile(join(framework, `fleet/examples/only-in-${word}.yaml`), "version: 1\nagents: []\n");
  await rm(join(framework, "fleet/examples/general.yaml"));
};

/** What `mosaic update --json` prints. */
export interface UpdateAnswer {
  readonly cli: { readonly from: string; readonly to: string };
  readonly home: { readonly from: string | null; readonly to: string };
  readonly files: readonly {
    readonly effect: string;
    readonly path: string;
    readonly kept_as: string | null;
  }[];
  readonly relaunch: readonly string[];
  readonly relaunch_unfinished: boolean;
  readonly outcomes: readonly { readonly agent: string; readonly result: string }[];
}

export const answer = (result: RunResult): UpdateAnswer => {
  if (result.exitCode !== 0) throw new Error(`exit ${String(result.exitCode)}: ${result.stderr}`);
  return JSON.parse(result.stdout) as UpdateAnswer; // As documented.
};

/** Which sessions run, and which process each of them is. */
export const alive = async (world: UpdateWorld): Promise<string> =>
  (
    await world.run([
      "tmux",
      "-L",
      "mosaic-fleet",
      "list-panes",
      "-a",
      "-F",
      "#{session_name} #{session_id} #{pane_pid} #{pane_dead}",
    ])
  ).stdout;

/** The built package as another version of it would be, in a folder. */
export async function buildOf(
  version: string,
  folder: string,
  change?: (framework: string) => Promise<void>,
): Promise<void> {
  const manifest = await manifestOf();
  await cp(DIST, join(folder, "dist"), { recursive: true });
  await writeFile(join(folder, "package.json"), JSON.stringify({ ...manifest, version }, undefined, 2));
  if (version === manifest.version) return change?.(join(folder, "dist/framework"));
  let told = 0;
  for (const name of await readdir(join(folder, "dist"))) {
    if (!name.endsWith(".js")) continue;
    const path = join(folder, "dist", name);
    const code = await readFile(path, "utf8");
    const changed = code.replaceAll(`VERSION="${manifest.version}"`, `VERSION="${version}"`);
    if (changed !== code) told++;
    await rm(path);
    await writeFile(join(folder, "dist", renamed(name, version)), renamed(changed, version));
  }
  await chmod(join(folder, "dist/mosaic.js"), 0o755);
  if (told !== 1) throw new Error(`the build has its version in ${String(told)} places`);
  await change?.(join(folder, "dist/framework"));
}

/** Its parts have other names in another version, as the bundler gives them by what they hold. */
const renamed = (text: string, version: string): string =>
  text.replaceAll(/-([a-z0-9]{8})\.js\b/g, (_, hash: string) => {
    const other = createHash("sha256").update(`${version} ${hash}`).digest("hex").slice(0, 8);
    return `-${other}.js`;
  });

/** Every file and link below a folder with what it holds and its mode, less what `leave` matches. */
export async function treeOf(folder: string, leave?: RegExp): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => [join(entry.parentPath, entry.name), entry.isSymbolicLink()] as const)
    .map(([path, link]) => [path, path.slice(folder.length + 1), link] as const)
    .filter(([, relative]) => leave?.test(relative) !== true);
  const hashed = found.map(async ([path, relative, link]) => {
    const content = link ? `-> ${await readlink(path)}` : await readFile(path);
    return [relative, createHash("sha256").update(content).digest("hex")] as const;
  });
  return Object.fromEntries((await Promise.all(hashed)).sort());
}
