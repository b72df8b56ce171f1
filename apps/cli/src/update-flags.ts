import type { HomeOption } from "./verb.ts";

/** What a call of `mosaic update` asks for. */
export interface UpdateFlags extends HomeOption {
  readonly check?: true;
  readonly self: boolean;
  readonly reseed: boolean;
  readonly relaunch?: true;
  readonly dryRun?: true;
  readonly timeout?: number;
  readonly json?: true;
  readonly updatedFrom?: string;
  readonly inPlaceOf?: string;
}
