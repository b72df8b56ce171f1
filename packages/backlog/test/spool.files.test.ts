import { afterEach, expect, test, vi } from "vitest";
import { openSpool } from "../src/spool.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

test("lines wait also where the temporary folder is gone, as that of whoever started a service may be", async () => {
  vi.stubEnv("TMPDIR", "/nonexistent/of-a-job");
  await using spool = await openSpool();
  await spool.write("one");
  await spool.write("two");
  const lines: string[] = [];
  for await (const line of spool.lines()) lines.push(line);
  expect(lines).toEqual(["one", "two"]);
});
