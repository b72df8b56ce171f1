import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "vitest";
import { embeddedDriver } from "../src/embedded-driver.ts";
import { expectUpgrade } from "./upgrade.ts";

test("an embedded store of the first schema is brought to this one", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mf-upgrade-"));
  const driver = await embeddedDriver(join(folder, "store"));
  await expectUpgrade(driver, () => rm(folder, { recursive: true, force: true }));
});
