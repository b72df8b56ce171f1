import { stat } from "node:fs/promises";
import { parseTmuxVersion, tmuxVersion } from "@mosaic/fleet-commands/tmux";
import { isFleetError } from "@mosaic/fleet-model";
import { check, type Evidence } from "./check.ts";
import { finding, type Finding } from "./findings.ts";
import { isOlder } from "../version.ts";

/** The first with `new-session -e`, client flags and `run-shell -C`. */
const OLDEST_TMUX = "3.2";
const DEFAULT_FOLDER = "/tmp";

interface TmuxFacts {
  /** As it calls itself; undefined when it is not installed. */
  readonly version: string | undefined;
  /** `TMUX_TMPDIR`; empty when it is not set. */
  readonly folder: string;
  readonly folderIsThere: boolean;
  /** Where the fleet's server listens; undefined without a roster that names it. */
  readonly socketPath: string | undefined;
  /** The longest path of a socket that the system takes, in bytes. */
  readonly maxPathBytes: number;
}

function judgeTmux({ version, folder, folderIsThere, socketPath, maxPathBytes }: TmuxFacts): Finding[] {
  const found: Finding[] = [];
  if (version === undefined) found.push(finding("TMUX_MISSING", "tmux", "tmux is not on PATH"));
  else if (isOlder(version, OLDEST_TMUX))
    found.push(finding("TMUX_TOO_OLD", "tmux", `tmux is ${version}; mosaic needs ${OLDEST_TMUX} or newer`));
  if (!folderIsThere) {
    const mend = `Make the folder (mkdir -m 700 ${folder}), or unset TMUX_TMPDIR.`;
    const message = `TMUX_TMPDIR is ${folder}, which is not there: tmux then silently uses ${DEFAULT_FOLDER}`;
    found.push(finding("TMUX_TMPDIR_MISSING", folder, message, { mend }));
  }
  const bytes = Buffer.byteLength(socketPath ?? "");
  if (socketPath !== undefined && bytes > maxPathBytes) {
    const message = `the path of the tmux socket has ${String(bytes)} bytes, the system takes ${String(maxPathBytes)}`;
    found.push(finding("SOCKET_PATH_TOO_LONG", socketPath, message));
  }
  return found;
}

async function lookAtTmux({ context, roster }: Evidence): Promise<TmuxFacts> {
  const { tmuxFolder, run } = context;
  const folderIsThere =
    tmuxFolder === "" || ((await stat(tmuxFolder).catch(() => undefined))?.isDirectory() ?? false);
  const version = await run(tmuxVersion()).then(
    ({ stdout }) => parseTmuxVersion(stdout),
    (error: unknown) => {
      if (isFleetError(error) && error.code === "PROCESS_NOT_FOUND") return undefined;
      throw error;
    },
  );
  const folder = tmuxFolder === "" || !folderIsThere ? DEFAULT_FOLDER : tmuxFolder;
  const user = String(process.getuid?.() ?? 0);
  const socketPath = await roster().then(
    ({ tmux }) => `${folder}/tmux-${user}/${tmux.socket_name ?? "default"}`,
    () => undefined,
  );
  const maxPathBytes = process.platform === "linux" ? 107 : 103;
  return { version, folder: tmuxFolder, folderIsThere, socketPath, maxPathBytes };
}

export const tmuxCheck = check({
  name: "tmux",
  title: "tmux",
  look: lookAtTmux,
  judge: judgeTmux,
  sum: ({ version, socketPath }) =>
    [version ?? "missing", ...(socketPath === undefined ? [] : [socketPath])].join(", "),
});
