import { openEmbeddedBacklog } from "@mosaic/fleet-backlog";

export async function example(dataDir: string): Promise<string> {
  await using backlog = await openEmbeddedBacklog({ dataDir, tenantId: "me", host: "laptop" });
  await backlog.create({ id: "A1", title: "Parse the header" });
  await backlog.create({ id: "A2", title: "Use it", depends_on: ["A1"] });
  const card = await backlog.claim({ owner: "coder0", ttl_seconds: 900 });
  if (card === null) return "nothing to do";
  const { freed } = await backlog.complete({ id: card.id, fence: card.fence, evidence: "commit 1f3a" });
  return `${card.id} is done, and ${freed.join(", ")} can be claimed`;
}
