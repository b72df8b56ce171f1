import { expect, test } from "vitest";
import { fire, SHORT_FIRE } from "./fire.ts";
import { embeddedFire } from "./fire-world.ts";

test(
  "nothing acknowledged is lost and nothing is done twice while claimers, the service and the clock are shot at",
  {
    timeout: 240_000,
  },
  async () => {
    await using world = await embeddedFire();
    const { violations, blows, completes } = await fire(world, SHORT_FIRE);
    expect(violations).toEqual([]);
    expect(completes).toBe(SHORT_FIRE.cards);
    expect(blows).toMatchObject({ claimer: expect.any(Number), "store service": expect.any(Number) });
  },
);
