import { realpath, stat } from "node:fs/promises";
import { lookAtServer, lookAtStore, maskedUrl, refuseForeign } from "@mosaic/fleet-backlog";
import { isFleetError } from "@mosaic/fleet-model";
import { placeOf } from "../store/backlog.ts";
import { serverAddress } from "../store/credentials.ts";
import { check, Unchecked, type Evidence } from "./check.ts";
import { finding, type Finding } from "./findings.ts";

/** How long the store service may take to say who it is, in milliseconds. */
const HELLO_MS = 5_000;
const OTHERS = 0o077;

interface StoreFacts {
  /** The directory, or the server's URL without its password. */
  readonly address: string;
  /** The folders that only their owner should enter, with their permission bits. */
  readonly folders: readonly { readonly path: string; readonly mode: number }[];
  readonly trouble: { readonly code: string; readonly message: string; readonly mend: string } | undefined;
}

const octal = (mode: number): string => mode.toString(8).padStart(4, "0");

const judgeStore = ({ address, folders, trouble }: StoreFacts): Finding[] => [
  ...folders
    .filter(({ mode }) => (mode & OTHERS) !== 0)
    .map(({ path, mode }) => {
      const after = mode & ~OTHERS;
      return finding("STORE_EXPOSED", path, `other users may enter ${path} (mode ${octal(mode)})`, {
        mend: `chmod 700 ${path}`,
        fix: { before: octal(mode), after: octal(after), action: { kind: "mode", path, mode: after } },
      });
    }),
  ...(trouble === undefined
    ? []
    : [
        finding(
          trouble.code.endsWith("_VERSION") ? "STORE_DAMAGED" : "STORE_UNREACHABLE",
          address,
          trouble.message,
          { mend: trouble.mend },
        ),
      ]),
];

/** What is wrong, of an error that says so. */
async function troubleOf(look: () => Promise<unknown>): Promise<StoreFacts["trouble"]> {
  try {
    await look();
    return undefined;
  } catch (error) {
    if (!isFleetError(error)) throw error;
    return { code: error.code, message: error.message, mend: error.hint };
  }
}

async function lookAtStoreOf({ context }: Evidence): Promise<StoreFacts> {
  const server = usableAddress(context);
  if (server !== undefined)
    return {
      address: maskedUrl(server.url),
      folders: [],
      trouble: await troubleOf(() => lookAtServer(server.url)),
    };
  const given = context.store.dataDir ?? context.home.backlog;
  const dataDir = await realpath(given).catch(() => given);
  const service = `${dataDir}.service`;
  const folders = await Promise.all(
    [dataDir, service].map(async (path) => {
      const found = await stat(path).catch(() => undefined);
      return found === undefined ? [] : [{ path, mode: found.mode & 0o7777 }];
    }),
  );
  const trouble = await troubleOf(async () => {
    await refuseForeign(dataDir);
    // A folder that was never used, or that asking would mend, is not asked.
    if (folders.flat().some(({ path, mode }) => path === service && (mode & OTHERS) === 0))
      await greeting(context, dataDir);
  });
  return { address: dataDir, folders: folders.flat(), trouble };
}

function usableAddress(context: Evidence["context"]): ReturnType<typeof serverAddress> {
  try {
    return serverAddress(context);
  } catch (error) {
    // Told as a file that others can read.
    if (isFleetError(error) && error.code === "CREDENTIALS_EXPOSED")
      throw new Unchecked("the credentials file is not used", { cause: error });
    throw error;
  }
}

/** Nobody there is fine: the next call starts a service. One that is there and silent is not. */
async function greeting(context: Evidence["context"], dataDir: string): Promise<void> {
  const late = AbortSignal.timeout(HELLO_MS);
  try {
    await lookAtStore(placeOf(context), late);
  } catch (cause) {
    if (!late.aborted) throw cause;
    const seconds = String(HELLO_MS / 1000);
    throw Object.assign(
      new Error(`the store service of ${dataDir} has said nothing for ${seconds} s`, { cause }),
      {
        code: "BACKLOG_STORE_UNAVAILABLE",
        hint: "Look for it with: pgrep -af 'store serve'; end it by its process id, and the next call starts another.",
      },
    );
  }
}

export const storeCheck = check({
  name: "store",
  title: "Store",
  look: lookAtStoreOf,
  judge: judgeStore,
  sum: ({ address }) => address,
});
