import { isFleetError } from "@mosaic/fleet-model";
import type { BacklogIdentity } from "@mosaic/fleet-backlog";
import type { FleetContext } from "../context.ts";
import { loadRoster } from "../roster-file.ts";

/** What is stamped on every record: the roster's tenant, or the user where there is no roster yet. */
export async function storeIdentity(context: FleetContext): Promise<BacklogIdentity> {
  try {
    return { tenantId: (await loadRoster(context)).tenant_id, host: context.host };
  } catch (error) {
    if (!isFleetError(error) || error.code !== "ROSTER_MISSING") throw error;
    return { tenantId: context.user, host: context.host };
  }
}
