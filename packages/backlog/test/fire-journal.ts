import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from "node:fs";
import type { ClaimRef } from "../src/backlog.ts";

export const WRITES = ["complete", "renew", "release", "block"] as const;
export type Write = (typeof WRITES)[number];

/** What one claimer did and was told, in the order in which it happened. */
export type Deed =
  | { readonly did: "wants"; readonly token: string }
  | ({ readonly did: "claimed" } & ClaimRef)
  | { readonly did: "nothing" }
  /** It is about to write as the holder. */
  | ({ readonly did: "asks"; readonly write: Write } & ClaimRef)
  | ({ readonly did: "wrote"; readonly write: Write } & ClaimRef)
  | ({ readonly did: "refused"; readonly write: Write; readonly code: string } & ClaimRef)
  /** What became of the write is not known and will not be asked. */
  | ({ readonly did: "dropped"; readonly write: Write } & ClaimRef)
  | { readonly did: "failed"; readonly message: string };

/** @property at - Nanoseconds of the clock that all processes of a machine share and nobody can move. */
export type Entry = Deed & { readonly at: number };

export interface Journal extends Disposable {
  /** What is written here is on the disk when this returns: it survives whoever wrote it. */
  readonly note: (deed: Deed) => void;
}

export function openJournal(path: string): Journal {
  const file = openSync(path, "a", 0o600);
  return {
    note(deed) {
      const entry: Entry = { at: Number(process.hrtime.bigint()), ...deed };
      writeSync(file, `${JSON.stringify(entry)}\n`);
      fsyncSync(file);
    },
    [Symbol.dispose]: () => {
      closeSync(file);
    },
  };
}

/** A last line that was cut off by a kill never happened: nobody acted on it. Who was killed at once has none at all. */
export function readJournal(path: string): Entry[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, "utf8").split("\n");
  return lines.slice(0, -1).map((line) => JSON.parse(line) as Entry); // Written above.
}
