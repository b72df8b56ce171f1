import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mosaicHome } from "@mosaic/fleet-model";
import { expect, onTestFinished, test } from "vitest";
import { captured, unitsOwner, writeUnits } from "../src/manage/units.ts";
import { sampleContext } from "./sample.ts";

test("no home and no PATH writes a line of its own into a unit, and each is read as it was", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mosaic-units-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const PATH = '/opt/a b:/opt/100%:/opt/"x"\n[Service]\nExecStart=/bin/false:C:\\new';
  const context = sampleContext({
    home: mosaicHome(`${folder}/a "home" 50% \\ new`),
    framework: join(import.meta.dirname, "../../../framework"),
    userUnits: `${folder}/units`,
    unitEnvironment: { PATH },
  });
  await writeUnits(context, true);
  const text = await readFile(`${folder}/units/mosaic-agent@.service.d/10-mosaic.conf`, "utf8");
  expect(text.split("\n").map((line) => line.split("=")[0])).toEqual([
    expect.stringMatching(/^# /),
    "[Service]",
    "Environment",
    "Environment",
    "EnvironmentFile",
    "EnvironmentFile",
    "",
  ]);
  expect(await captured(context, "PATH")).toBe(PATH);
  expect(await unitsOwner(context)).toBe(context.home.root);
});
