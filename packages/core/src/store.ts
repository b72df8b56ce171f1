import { openEmbeddedBacklog, serveStore } from "@mosaic/fleet-backlog";
import { placeOf } from "./store/backlog.ts";
import type { FleetContext } from "./context.ts";
import { storeIdentity } from "./store/store-identity.ts";

/**
 * Is the store service, in this process, to its end.
 *
 * @param write - Takes one line of JSON, which says how the start went.
 */
export async function serveEmbeddedStore(
  context: FleetContext,
  signal: AbortSignal,
  write: (line: string) => void,
): Promise<void> {
  const place = placeOf(context);
  await serveStore({
    place,
    version: context.version,
    idleMs: 1000 * context.store.idleSeconds,
    open: async () => openEmbeddedBacklog({ dataDir: place.dataDir, ...(await storeIdentity(context)) }),
    report: (report) => {
      write(`${JSON.stringify(report)}\n`);
    },
    now: context.now,
    signal,
  });
}
