import { appendFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRecording } from "../src/talk/recording.ts";

interface World extends AsyncDisposable {
  readonly path: string;
  readonly write: (text: string) => Promise<void>;
  readonly rotate: () => Promise<void>;
}

async function world(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "mf-recording-"));
  const path = join(folder, "x.log");
  return {
    path,
    write: (text) => appendFile(path, text),
    rotate: () => rename(path, `${path}.1`),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

test("nothing was recorded where there is no file", async () => {
  await using w = await world();
  await using recording = await openRecording(w.path);
  expect(recording.kept).toBeUndefined();
  await w.write("a");
  expect(String(await recording.more())).toBe("a");
});

test.for([0, 1, 2])("what is recorded comes once, over %d rotations between two looks", async (rotations) => {
  await using w = await world();
  await w.write("a");
  await w.rotate();
  await w.write("b");
  await using recording = await openRecording(w.path);
  expect(String(recording.kept)).toBe("ab");
  await w.write("c");
  expect(String(await recording.more())).toBe("c");
  const parts = ["d"];
  await w.write("d");
  for (let i = 0; i < rotations; i++) {
    await w.rotate();
    const part = `e${String(i)}`;
    parts.push(part);
    await w.write(part);
  }
  expect(String(await recording.more())).toBe(parts.join(""));
  expect(String(await recording.more())).toBe("");
  await w.write("z");
  expect(String(await recording.more())).toBe("z");
});

test("between a rotation and the next byte nothing is lost", async () => {
  await using w = await world();
  await w.write("a");
  await using recording = await openRecording(w.path);
  await w.write("b");
  await w.rotate();
  expect(String(await recording.more())).toBe("b");
  await w.write("c");
  expect(String(await recording.more())).toBe("c");
});

test("a file that takes the place of another is read from its beginning, however long the other was", async () => {
  await using w = await world();
  await w.write("a long first file");
  await using recording = await openRecording(w.path);
  await rm(w.path);
  await writeFile(w.path, "b");
  expect(String(await recording.more())).toBe("b");
});
