import { readFile } from "node:fs/promises";
import { tmuxServer, waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { bare } from "./agent-session.ts";
import { composers } from "./readme-example.ts";

const read = (name: string): Promise<string> => readFile(`${import.meta.dirname}/${name}`, "utf8");

/** As claude draws it. */
const SCREEN = ["─".repeat(40), "❯ half a thought", "─".repeat(40), "  ? for shortcuts"].join("\n");

test("the README's example is the one that runs, and reads a composer off a real pane", async () => {
  expect(await read("../README.md")).toContain(`\`\`\`ts\n${await read("readme-example.ts")}\`\`\``);
  await using server = await tmuxServer();
  const coder0 = `printf %s '${SCREEN}'; exec sleep 600`;
  await bare(server, "new-session", "-d", "-s", "coder0", "--", "sh", "-c", coder0);
  await bare(server, "new-session", "-d", "-s", "coder1", "--", "sleep", "600");
  const seen = (): Promise<Map<string, string | null>> => composers(server.run, server.socket, "claude");
  await waitFor(async () => typeof (await seen()).get("coder0") === "string", { what: "the composer" });
  expect([...(await seen())]).toEqual([
    ["coder0", "half a thought"],
    ["coder1", null],
  ]);
});
