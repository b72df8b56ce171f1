import { exactPane, literal } from "./tmux-argv.ts";

/** What a session of ours carries, as tmux user options: who owns it and what it was started with. */
export interface SessionMark {
  /** The Mosaic home that owns the session. */
  readonly home: string;
  /** The hash of what the session was launched with. */
  readonly launch: string;
}

/** A path may hold tabs and newlines, which separate the fields and lines of a listing. */
const NEEDS_ENCODING = /[%\x00-\x1f\x7f]/g;

const encode = (path: string): string =>
  path.replace(NEEDS_ENCODING, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, "0")}`);

const decode = (mark: string): string =>
  mark.replace(/%([0-9a-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** The commands that mark a session. */
export function markOptions(session: string, mark: SessionMark): string[][] {
  const target = exactPane(session);
  return [
    ["set-option", "-t", target, "@mosaic_home", literal(encode(mark.home))],
    ["set-option", "-t", target, "@mosaic_launch", literal(mark.launch)],
  ];
}

/** @returns `undefined` when the session carries no mark. */
export function readMark(home: string, launch: string): SessionMark | undefined {
  return home === "" ? undefined : { home: decode(home), launch };
}
