import { openServerBacklog, type Backlog } from "@mosaic/fleet-backlog";
import type { FleetContext } from "../context.ts";
import { storeIdentity } from "./store-identity.ts";

/** One call asks one thing after the other. */
const CONNECTIONS = 1;

export const openServer = async (context: FleetContext, url: string): Promise<Backlog> =>
  openServerBacklog({ url, poolSize: CONNECTIONS, ...(await storeIdentity(context)) });
