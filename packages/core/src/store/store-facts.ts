import { lookAtServer, lookAtStore, maskedUrl, stopStore } from "@mosaic/fleet-backlog";
import { isFleetError } from "@mosaic/fleet-model";
import { openBacklog, placeOf } from "./backlog.ts";
import type { FleetContext } from "../context.ts";
import { serverAddress, type ServerAddress } from "./credentials.ts";
import { createAtomically } from "../files.ts";
import { CoreError } from "../error.ts";

export interface StoreFacts {
  readonly store: "embedded" | "server";
  /** The directory, or the server's URL without its password. */
  readonly address: string;
  /** Who named the server; null for the embedded store. */
  readonly named_by: ServerAddress["from"] | null;
  /** Why it cannot be used, and the mend; null when a server answers, and of the embedded store, whose service starts when it is asked. */
  readonly trouble: { readonly code: string; readonly message: string; readonly hint: string } | null;
  /** The service of the embedded store; null when none runs. A server is somebody else's to run. */
  readonly service: {
    readonly pid: number;
    readonly version: string;
    /** Milliseconds since the epoch. */
    readonly started_at: number;
  } | null;
}

/** Where the cards are kept. Nothing here starts a service, but for a backup. */
export interface Store {
  facts(): Promise<StoreFacts>;
  /** Ends the service of the embedded store once it has closed it. @returns whether one ran. */
  stop(): Promise<boolean>;
  /**
   * Writes everything the store knows to a new file that only its owner can read.
   *
   * @param path - Default: a dated file in the Mosaic home.
   * @throws CoreError `WRITE_FAILED`, also when the file exists.
   */
  backup(path?: string, signal?: AbortSignal): Promise<{ readonly path: string; readonly records: number }>;
}

/** Each piece that is written takes as long as many records take to be read. */
const PIECE_CHARACTERS = 65_536;

export function openStore(context: FleetContext): Store {
  return {
    async facts() {
      const server = serverAddress(context);
      if (server !== undefined)
        return {
          store: "server",
          address: maskedUrl(server.url),
          named_by: server.from,
          trouble: await troubleWith(server.url),
          service: null,
        };
      const place = placeOf(context);
      const hello = await lookAtStore(place);
      const service = hello && { pid: hello.pid, version: hello.version, started_at: hello.started_at };
      return {
        store: "embedded",
        address: place.dataDir,
        named_by: null,
        trouble: null,
        service: service ?? null,
      };
    },
    stop: async () => stopStore(placeOf(context)),
    async backup(path = defaultBackup(context), signal) {
      await using backlog = await openBacklog(context, signal);
      let records = 0;
      const pieces = async function* (): AsyncGenerator<string, void> {
        let lines = "";
        for await (const record of backlog.export()) {
          records++;
          lines += `${JSON.stringify(record)}\n`;
          if (lines.length < PIECE_CHARACTERS) continue;
          yield lines;
          lines = "";
        }
        yield lines;
      };
      if (await createAtomically(path, pieces(), 0o600)) return { path, records };
      throw new CoreError({
        code: "WRITE_FAILED",
        message: `${path} exists already`,
        hint: "Name another file: a backup replaces nothing.",
      });
    },
  };
}

async function troubleWith(url: string): Promise<StoreFacts["trouble"]> {
  try {
    await lookAtServer(url);
    return null;
  } catch (error) {
    if (!isFleetError(error)) throw error;
    const { code, message, hint } = error;
    return { code, message, hint };
  }
}

const defaultBackup = ({ home, now }: FleetContext): string =>
  `${home.backlog}.backups/${new Date(now()).toISOString().replaceAll(":", "-")}.jsonl`;
