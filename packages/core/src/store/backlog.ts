import type { Backlog } from "@mosaic/fleet-backlog";
import { connectStore, storePlace, type StorePlace } from "@mosaic/fleet-backlog/client";
import { startDetached, type Argv } from "@mosaic/fleet-process";
import type { FleetContext } from "../context.ts";
import { notingClaims } from "./claim-notes.ts";
import { serverAddress } from "./credentials.ts";

/** Its claims are noted in the home, for `fleet ps`. @throws BacklogError `BACKLOG_STORE_*`; CoreError `CREDENTIALS_EXPOSED`. */
export async function openBacklog(context: FleetContext, signal?: AbortSignal): Promise<Backlog> {
  return notingClaims(await openStore(context, signal), context.home, context.now);
}

async function openStore(context: FleetContext, signal: AbortSignal | undefined): Promise<Backlog> {
  const server = serverAddress(context);
  if (server !== undefined) {
    // Loaded when used: whoever has the embedded store does not wait for the server's driver.
    return (await import("./server-backlog.ts")).openServer(context, server.url);
  }
  return connectStore({
    place: placeOf(context),
    version: context.version,
    start: async () => {
      // Loaded when there is no service: most calls find one.
      const { outsideOfAgents } = await import("../manage/cgroup.ts");
      return startDetached(await outsideOfAgents(serviceArgv(context)), { env: serviceEnvironment(context) });
    },
    ...(signal === undefined ? {} : { signal }),
  });
}

export const placeOf = ({ home, store }: FleetContext): StorePlace =>
  storePlace(store.dataDir ?? home.backlog, store.temporary);

const serviceArgv = ({ program: [node, ...script], home }: FleetContext): Argv => [
  node,
  ...script,
  ...["store", "serve", "--mosaic-home", home.root],
];

/** No more than the service needs: it outlives whoever started it, and must not keep a caller's secrets. */
function serviceEnvironment({ path, userHome, store }: FleetContext): NodeJS.ProcessEnv {
  return {
    PATH: path,
    HOME: userHome,
    TMPDIR: store.temporary,
    MOSAIC_STORE_IDLE_SECONDS: String(store.idleSeconds),
    ...(store.dataDir === undefined ? {} : { PGLITE_DATA_DIR: store.dataDir }),
  };
}
