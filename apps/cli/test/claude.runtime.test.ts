import { expect, test } from "vitest";
import { CLAUDE } from "./runtime-claude.ts";
import { conformance } from "./runtime-conformance.ts";
import { runtimeWorld } from "./runtime-world.ts";

conformance(CLAUDE);

test("a claude that asks something before it begins is not ready, and the failure has its question", async () => {
  const files = (model: string): Readonly<Record<string, string>> => ({
    ...CLAUDE.files(model),
    "work/.mcp.json": '{"mcpServers":{"mine":{"command":"true"}}}',
  });
  await expect(runtimeWorld({ ...CLAUDE, files })).rejects.toThrow(
    /coder0: it asks something before it begins: .*MCP server/,
  );
});
