import { constants } from "node:fs";
import { access, readdir, stat } from "node:fs/promises";
import { check, type Evidence } from "./check.ts";
import { finding, type Finding, type Fix } from "./findings.ts";
import { seedFacts, type SeedFacts } from "../update/seed.ts";

interface FileFacts {
  readonly path: string;
  /** The permission bits. */
  readonly mode: number;
  readonly own: boolean;
  /** Why it cannot be written, as the kernel says; undefined when it can. */
  readonly refused: string | undefined;
}

interface Files {
  readonly home: string;
  /** What agents and commands write to, as far as it is there. */
  readonly folders: readonly FileFacts[];
  readonly envFiles: readonly FileFacts[];
  readonly credentials: readonly FileFacts[];
  readonly seed: SeedFacts;
}

const OTHERS = 0o077;
const OWNER = 0o700;
const octal = (mode: number): string => mode.toString(8).padStart(4, "0");

const modeFix = ({ path, mode }: FileFacts, wanted: number): Fix => ({
  before: octal(mode),
  after: octal(wanted),
  action: { kind: "mode", path, mode: wanted },
});

/** A file of somebody else's is theirs to mend. */
const exposed = (code: "ENV_FILE_EXPOSED" | "CREDENTIALS_EXPOSED", file: FileFacts): Finding[] =>
  (file.mode & OTHERS) === 0
    ? []
    : [
        finding(code, file.path, `other users may read or write ${file.path} (mode ${octal(file.mode)})`, {
          mend: `chmod 600 ${file.path}`,
          fix: file.own ? modeFix(file, file.mode & ~OTHERS) : undefined,
        }),
      ];

function locked(folder: FileFacts): Finding[] {
  const { path, mode, own, refused } = folder;
  if (refused === undefined) return [];
  const closed = own && refused === "EACCES" && (mode & OWNER) !== OWNER;
  const mend = closed
    ? `chmod u+rwx ${path}`
    : refused === "EROFS"
      ? "The file system is read-only: mount it for writing, or choose another home with --mosaic-home."
      : undefined;
  const fix = closed ? modeFix(folder, mode | OWNER) : undefined;
  return [
    finding("FOLDER_NOT_WRITABLE", path, `your user cannot write to ${path} (${refused})`, { mend, fix }),
  ];
}

function halfSeeded(home: string, { seeded, interrupted }: SeedFacts): Finding[] {
  if (interrupted === null) return [];
  if (seeded !== null)
    return [finding("HOME_HALF_SEEDED", home, `an update of ${home} to ${interrupted} was interrupted`)];
  const fix = { before: "seeded in part", after: interrupted, action: { kind: "seed" } } as const;
  return [finding("HOME_HALF_SEEDED", home, `the first seed of ${home} was interrupted`, { fix })];
}

const judgeFiles = ({ home, folders, envFiles, credentials, seed }: Files): Finding[] => [
  ...halfSeeded(home, seed),
  ...folders.flatMap(locked),
  ...envFiles.flatMap((file) => exposed("ENV_FILE_EXPOSED", file)),
  ...credentials.flatMap((file) => exposed("CREDENTIALS_EXPOSED", file)),
];

/** Nothing where there is no such file; what lies in a folder that cannot be entered is not known either. */
async function factsOf(path: string, wanted: number): Promise<FileFacts[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return [];
  const refused = await access(path, wanted).then(
    () => undefined,
    (error: unknown) => (error instanceof Error && "code" in error ? String(error.code) : String(error)),
  );
  return [{ path, mode: found.mode & 0o7777, own: found.uid === (process.getuid?.() ?? found.uid), refused }];
}

async function lookAtFiles({ context }: Evidence): Promise<Files> {
  const { home } = context;
  const folders = [home.root, home.fleet, home.agents, home.run, home.bin, home.agentTmux];
  const names = await readdir(home.agents).catch(() => []);
  const envFiles = names.filter((name) => name.endsWith(".env")).map((name) => `${home.agents}/${name}`);
  const all = async (paths: readonly string[], wanted: number): Promise<FileFacts[]> =>
    (await Promise.all(paths.map((path) => factsOf(path, wanted)))).flat();
  return {
    home: home.root,
    folders: await all(folders, constants.R_OK | constants.W_OK | constants.X_OK),
    envFiles: await all(envFiles, constants.R_OK),
    seed: await seedFacts(context),
    credentials: await all([home.credentials], constants.R_OK),
  };
}

export const filesCheck = check({
  name: "files",
  title: "Files",
  look: lookAtFiles,
  judge: judgeFiles,
  sum: ({ home, folders }) => (folders.length === 0 ? `${home} is not there yet` : home),
});
