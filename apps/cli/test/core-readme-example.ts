import { fleetContext, openFleet } from "@mosaic/fleet-core";

/** Tells every idle agent the same, and says what became of each message. */
export async function tellIdle(env: NodeJS.ProcessEnv, script: string, text: string): Promise<string[]> {
  const fleet = openFleet(fleetContext({ env, script, version: "0.1.0" }));
  const { agents } = await fleet.observe();
  const idle = agents.filter(({ readiness }) => readiness === "available");
  return Promise.all(
    idle.map(async ({ name }) => {
      const { verdict, why } = await fleet.send(name, { text });
      return `${name}: ${verdict}, ${why}`;
    }),
  );
}
