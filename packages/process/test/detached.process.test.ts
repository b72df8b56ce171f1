import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDetached } from "@mosaic/fleet-process";
import { expect, test } from "vitest";

const PATH = process.env.PATH ?? "";

test("its first line is the answer, and it goes on after us", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mf-detached-"));
  try {
    const program = `
      import { startDetached } from "@mosaic/fleet-process";
      const line = await startDetached(["sh", "-c", 'echo "$$"; read -r _ <"$1"; echo after >"$2"', "sh",
        ${JSON.stringify(join(folder, "go"))}, ${JSON.stringify(join(folder, "said"))}], { env: { PATH: ${JSON.stringify(PATH)} } });
      process.stdout.write(String(line));`;
    execFileSync("sh", ["-c", `mkfifo ${folder}/go ${folder}/said`]);
    const args = ["--conditions=@mosaic/source", "--input-type=module", "--eval", program];
    // This ends although what it started waits and holds our output's name.
    const pid = execFileSync(process.execPath, args, {
      encoding: "utf8",
      cwd: import.meta.dirname,
      timeout: 20_000,
    });
    const status = (await readFile(`/proc/${pid}/stat`, "utf8")).replace(/\(.*\)/, "name").split(" ");
    // pid, name, state, parent, group, session
    expect(status.slice(4, 6)).toEqual([pid, pid]);
    execFileSync("sh", ["-c", `echo >'${join(folder, "go")}'`]);
    expect(execFileSync("cat", [join(folder, "said")], { encoding: "utf8", timeout: 20_000 })).toBe(
      "after\n",
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("no line is no answer: it ended, or was silent for too long", async () => {
  expect(await startDetached(["true"], { env: { PATH } })).toBeUndefined();
  const silent = startDetached(["sh", "-c", "exec sleep 1"], { env: { PATH }, timeoutMs: 50 });
  expect(await silent).toBeUndefined();
});

test("it starts with the environment it is given and no other", async () => {
  expect(await startDetached(["sh", "-c", 'echo "$A-$HOME"'], { env: { PATH, A: "1" } })).toBe("1-");
});

test("a missing program is named", async () => {
  await expect(startDetached(["no-such-program"], { env: { PATH } })).rejects.toMatchObject({
    code: "PROCESS_NOT_FOUND",
  });
});
