import type { BacklogIdentity } from "../src/backlog.ts";

export const identity: BacklogIdentity = { tenantId: "ada", host: "h1" };
