import { expect, test } from "vitest";
import { diagnose, footprint, wrong, type Call } from "./doctor-world.ts";
import { fleetWorld, type FleetWorld, type Seat } from "./fleet-world.ts";

/** How a fault was made, and how a person unmakes it. */
interface Made {
  /** What the doctor is called with while the fault stands. */
  readonly call?: Call;
  /** What its mend says; not for one that `--fix` mends. */
  readonly mend?: () => Promise<unknown>;
  /** What the doctor is called with after the mend. Default: {@link Made.call} for a fault that `--fix` mends. */
  readonly after?: Call;
}

export interface Fault {
  readonly code: string;
  readonly severity: "error" | "warning";
  /** What the mend says. */
  readonly says: RegExp;
  /** The subject; a function where it lies in the world. */
  readonly subject?: string | ((world: FleetWorld) => string);
  readonly make: (world: FleetWorld) => Promise<Made>;
  /** `--fix` mends it. */
  readonly fixed?: { readonly before: string | RegExp; readonly after: string | RegExp };
  /** What else is then wrong. */
  readonly also?: readonly string[];
  /** Default: `lead`, a canary. */
  readonly seats?: readonly (string | Seat)[];
  /** The agents run. */
  readonly running?: boolean;
}

/** Each fault is made for real, found with its mend, mended, and gone; and the doctor itself has written nothing. */
export function testFaults(faults: readonly (readonly [string, Fault])[]): void {
  test.for(faults)("%s", async ([, fault]) => {
    await using world = await fleetWorld({ env: { MOSAIC_HEARTBEAT_INTERVAL: "1" } });
    await world.roster(fault.seats ?? ["lead"]);
    if (fault.running === true) expect(await world.mosaic("fleet", "apply")).toMatchObject({ exitCode: 0 });
    const { call = {}, mend, after = fault.fixed === undefined ? {} : call } = await fault.make(world);
    const before = await footprint(world.home);
    const found = await diagnose(world, call);
    expect(await footprint(world.home)).toEqual(before);
    expect([...new Set(wrong(found))].sort()).toEqual([fault.code, ...(fault.also ?? [])].sort());
    const subject = typeof fault.subject === "function" ? fault.subject(world) : fault.subject;
    expect(found.findings.find(({ code }) => code === fault.code)).toMatchObject({
      severity: fault.severity,
      mend: expect.stringMatching(fault.says),
      fixable: fault.fixed !== undefined,
      fixed: false,
      ...(subject === undefined ? {} : { subject }),
    });
    expect(found.healthy).toBe(false);

    if (fault.fixed === undefined) await mend?.();
    else {
      const fixing = await diagnose(world, call, "--fix");
      expect(fixing.findings.find(({ code }) => code === fault.code)).toMatchObject({ fixed: true });
      expect(fixing.fixes.find(({ code }) => code === fault.code)).toMatchObject({
        before: expect.stringMatching(fault.fixed.before),
        after: expect.stringMatching(fault.fixed.after),
        error: null,
      });
    }
    expect(wrong(await diagnose(world, after))).toEqual([]);
  });
}
