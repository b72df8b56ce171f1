import { captureScreens, parseScreens, listPanes, parsePanes } from "@mosaic/fleet-commands/tmux";
import { tmuxServer, waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";

const MARK = "7c1e-mark";

test("the screens of some panes come in one call, with what is dim, and one that is gone ends it early", async () => {
  await using server = await tmuxServer();
  const tmux = (...args: readonly string[]): ReturnType<typeof server.run> =>
    server.run(["tmux", "-u", "-L", server.socket, ...args]);
  for (const [name, text] of [
    ["a", "\\033[2mdim\\033[0m one"],
    ["b", "two; $HOME #{pid}"],
  ])
    await tmux("new-session", "-d", "-s", name ?? "", "--", "sh", "-c", `printf '${text ?? ""}'; sleep 60`);
  const panes = parsePanes((await server.run(listPanes(server.socket))).stdout).map(({ paneId }) => paneId);
  const look = async (ids: readonly string[]): Promise<readonly (string | undefined)[]> => {
    const { stdout } = await server.run(captureScreens(server.socket, ids, MARK));
    const screens = parseScreens(stdout, ids, MARK);
    return ids.map((id) => screens.get(id)?.trimEnd());
  };
  const both = await waitFor(
    async () => {
      const seen = await look(panes);
      return seen.every((screen) => screen !== undefined && screen !== "") && seen;
    },
    { what: "both screens" },
  );
  expect(both).toEqual([expect.stringMatching(/one$/), "two; $HOME #{pid}"]);
  expect(both[0]).toContain("\u001b[2mdim\u001b[0m");
  const [first = "", second = ""] = panes;
  expect(await look([first, "%99", second])).toEqual([both[0], undefined, undefined]);
});
