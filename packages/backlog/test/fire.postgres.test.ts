import { expect, test } from "vitest";
import { fire, SHORT_FIRE } from "./fire.ts";
import { serverFire } from "./fire-world.ts";

test(
  "nothing acknowledged is lost and nothing is done twice while claimers and the server are shot at",
  {
    timeout: 240_000,
  },
  async () => {
    await using world = await serverFire({ movable: false });
    const { violations, blows, completes } = await fire(world, SHORT_FIRE);
    expect(violations).toEqual([]);
    expect(completes).toBe(SHORT_FIRE.cards);
    expect(Object.keys(blows)).toEqual(expect.arrayContaining(["claimer", expect.stringMatching(/^server/)]));
  },
);
