import { appendFile } from "node:fs/promises";
import { fingerprint } from "@mosaic/fleet-model";
import { readIfPresent, writeAtomically } from "../files.ts";
import { drawn } from "./composer.ts";

/** Past this size the older half is forgotten, in characters. */
const MAX_LENGTH = 65_536;

/** One message that was typed into a pane, written down before it was. */
export interface Typed {
  readonly id: string;
  /** Of the program it was typed to. */
  readonly pid: number;
  /** Of the text; see {@link printOf}. */
  readonly print: string;
}

/** Tells a text from others as a composer shows it. */
export const printOf = (text: string): string => fingerprint(drawn(text));

/** What was typed into the pane's present program, the oldest first. */
export async function typedInto(path: string, pid: number): Promise<Typed[]> {
  return ((await readIfPresent(path)) ?? "").split("\n").flatMap((line) => {
    const [id, typedPid, print] = line.split(" ");
    if (id === undefined || print === undefined || Number(typedPid) !== pid) return [];
    return [{ id, pid, print }];
  });
}

/**
 * The caller holds the agent's send lock. Never throws: on a full disk a message is sent nevertheless, and only a
 * repetition of it may be typed a second time.
 */
export async function recordTyped(path: string, id: string, pid: number, text: string): Promise<void> {
  try {
    const known = (await readIfPresent(path)) ?? "";
    if (known.length > MAX_LENGTH) {
      await writeAtomically(path, known.slice(known.indexOf("\n", MAX_LENGTH / 2) + 1), 0o600);
    }
    await appendFile(path, `${id} ${String(pid)} ${printOf(text)}\n`, { mode: 0o600 });
  } catch {
    return;
  }
}
