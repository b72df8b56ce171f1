import { waitFor } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { fleetWorld, rows, type FleetWorld } from "./fleet-world.ts";

const cardsOf = async (world: FleetWorld): Promise<Readonly<Record<string, unknown>>> =>
  Object.fromEntries((await rows(world)).map(({ name, card, cards }) => [name, [card, ...cards]]));
const backlog = async (world: FleetWorld, ...args: readonly string[]): Promise<void> => {
  expect(await world.mosaic("fleet", "backlog", ...args)).toMatchObject({ exitCode: 0 });
};

test("ps shows the card that an agent has claimed in its pane or had claimed for it, until the claim ends", async () => {
  await using world = await fleetWorld();
  await world.roster(
    [
      { name: "mine", runtime: "own", command: "mosaic fleet backlog claim --id A1; exec sleep 600" },
      "coder0",
      "coder00",
    ],
    { runtimes: { own: { command: "unused" } } },
  );
  try {
    for (const id of ["A1", "A2", "A3"]) await backlog(world, "create", "--id", id, "--title", id);
    await world.mosaic("fleet", "apply");
    for (const id of ["A2", "A3"]) await backlog(world, "claim", "--id", id, "--owner", "coder0");
    const held = await waitFor(
      async () => {
        const cards = await cardsOf(world);
        return JSON.stringify(cards.mine) === "[null]" ? undefined : cards;
      },
      { what: "the claim in the pane" },
    );
    expect(held).toEqual({ mine: ["A1", "A1"], coder0: ["A3", "A3", "A2"], coder00: [null] });
    const { stdout } = await world.mosaic("fleet", "ps");
    expect(stdout).toMatch(/^mine .* A1 /m);
    expect(stdout).toMatch(/^coder0 .* A3 \+1 /m);
    await backlog(world, "complete", "--id", "A1", "--fence", "1");
    await backlog(world, "reclaim", "--id", "A3");
    expect(await cardsOf(world)).toEqual({ mine: [null], coder0: ["A2", "A2"], coder00: [null] });
  } finally {
    await world.mosaic("store", "stop");
  }
});
