import { readFile } from "node:fs/promises";
import { tmuxServer } from "@mosaic/fleet-testkit/tmux";
import { expect, test } from "vitest";
import { PANE, PROGRAM, exitStatus, processId, ready, saw } from "./canary-pane.ts";

test("a paste ends nothing: Enter, Ctrl-C and Ctrl-D in it are not keys", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  await canary.paste("one \r\x03\x04\x15two, and more\r");
  expect((await canary.look()).composer).toBe("one\ntwo, and more\n");
  expect(await canary.events()).toEqual([]);
});

test.for(["TERM", "HUP"])(
  "SIG%s ends it with 0, also while it is busy, and gives the terminal back",
  async (signal) => {
    await using server = await tmuxServer();
    const settings = `${server.tmpdir}/settings`;
    const own = `${process.execPath} --conditions=@mosaic/source ${PROGRAM} coder-1 ${server.tmpdir}/run`;
    const script = `stty -a >${settings}.1; ${own}; code=$?; stty -a >${settings}.2; echo ended with $code; read line; echo "read \${#line} characters"; sleep 60`;
    const canary = await ready(server, { command: ["sh", "-c", script] });
    await canary.send("s1", "slow 60s");
    await canary.until("a busy heartbeat", async () => (await canary.heartbeat()).state === "busy");
    await server.run(["kill", `-${signal}`, String((await canary.heartbeat()).pid)]);
    await canary.until("the end", async () => (await canary.lines()).includes("ended with 0"));
    expect(await readFile(`${settings}.2`, "utf8")).toBe(await readFile(`${settings}.1`, "utf8"));
    // Without bracketed paste and raw mode a pasted line arrives as it is.
    await canary.tmux("set-buffer", "-b", "p", "plain\n");
    await canary.tmux("paste-buffer", "-p", "-d", "-b", "p", "-t", PANE);
    await canary.until("a plain line", async () => (await canary.lines()).includes("read 5 characters"));
  },
);

test("Ctrl-C clears a draft, and twice on an empty composer leaves", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  await canary.paste("a draft");
  await canary.press("C-c");
  await canary.until("an empty composer", async () => (await canary.look()).composer === "");
  await canary.press("C-c");
  await canary.until("a hint", async () => (await canary.lines()).includes("press ctrl-c again to leave"));
  await canary.press("x", "BSpace", "C-c");
  await canary.until("a hint", async () => (await canary.lines()).includes("press ctrl-c again to leave"));
  await canary.press("C-c");
  expect(await exitStatus(canary)).toBe("0");
});

test("Ctrl-D leaves an empty composer and nothing else", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  await canary.press("a", "C-d", "b");
  await canary.until("the draft", async () => (await canary.look()).composer === "ab");
  await canary.press("C-u", "C-d");
  expect(await exitStatus(canary)).toBe("0");
  expect(await canary.look()).toMatchObject({ composer: undefined, dialog: undefined });
  expect(await canary.lines()).not.toContain("›");
});

test("it can be edited like a line of a shell", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  await canary.press("-l", "one tow");
  await canary.press("C-w");
  await canary.press("-l", "two");
  await canary.press("C-a", "z", "Delete", "End", "C-j", "3", "M-Enter", "4", "Up", "Home", "x", "Escape");
  await canary.until("the draft", async () => (await canary.look()).composer === "zne two\nx3\n4");
  await canary.press("C-c");
  await canary.until("an empty composer", async () => (await canary.look()).composer === "");
  await canary.paste("remember me");
  await canary.press("Enter");
  await canary.until("an empty composer", async () => (await canary.look()).composer === "");
  await canary.press("Up");
  await canary.until("the history", async () => (await canary.look()).composer === "remember me");
});

test.for([
  ["emoji of one and of many parts", "🙂👍🏽👩‍👩‍👧🏳️‍🌈🇩🇪❤️"],
  ["Chinese, Japanese and Korean", "中文字符 日本語テキスト 한국어"],
  ["right to left", "שלום עולם مرحبا بالعالم"],
  ["combining characters", "e\u0301a\u0308o\u0302 नमस्ते ไทย"],
] as const)("%s pass, and the composer is read empty after them", async ([, text]) => {
  await using server = await tmuxServer();
  const canary = await ready(server, { columns: 40, rows: 12 });
  await canary.send("u1", `${text} ${text} ${text}\n${text}`);
  await saw(canary, "turn-start u1", "turn-end u1");
  await canary.until("the composer", async () => (await canary.look()).composer === "");
  await canary.paste(`${text} ${text} ${text}`);
  await canary.press("C-u");
  await canary.until("the composer", async () => (await canary.look()).composer === "");
  expect((await canary.lines()).split("\n").filter((line) => line.startsWith("─"))).toHaveLength(2);
});

test("whatever size the window takes, there is one composer, and it is read", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  await canary.send(
    "r1",
    "a message 日本語 with some words in it, so that it has to be broken in a small window",
  );
  await canary.paste(`draft ${"word ".repeat(30)}end`);
  for (const [columns, rows] of [
    [40, 10],
    [200, 50],
    [41, 24],
    [24, 9],
    [80, 24],
  ] as const) {
    await canary.tmux("resize-window", "-t", PANE, "-x", String(columns), "-y", String(rows));
    await canary.until(`a composer in ${String(columns)} columns`, async () => {
      const shown = await canary.lines();
      const rules = shown.split("\n").filter((line) => line === "─".repeat(columns - 1));
      return rules.length === 2 && ((await canary.look()).composer ?? "").startsWith("draft word");
    });
  }
  await canary.press("C-c");
  await canary.until("an empty composer", async () => (await canary.look()).composer === "");
  expect((await canary.lines()).match(/^›/gm)).toHaveLength(1);
});

test("bytes that are split anywhere are read", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  // -H sends each byte as a write of its own.
  const bytes = [...Buffer.from("\x1b[200~a🙂\nb\x1b[201~c")].map((byte) => byte.toString(16));
  // After a moment an escape alone is a key.
  const pieces = bytes.flatMap((byte, i) =>
    byte === "1b" ? [[byte, bytes[i + 1] ?? ""]] : bytes[i - 1] === "1b" ? [] : [[byte]],
  );
  for (const piece of pieces) await canary.press("-H", ...piece);
  await canary.until(
    "the text",
    async () => (await canary.look()).composer === "a🙂\n  bc".replace("  ", ""),
  );
});

test("continued after a stop it takes back a terminal that others have changed", async () => {
  await using server = await tmuxServer();
  const canary = await ready(server);
  const pid = await processId(canary);
  const tty = (await canary.tmux("display-message", "-p", "-t", PANE, "#{pane_tty}")).trim();
  process.kill(pid, "SIGSTOP");
  await server.run(["stty", "-F", tty, "sane"]);
  process.kill(pid, "SIGCONT");
  await canary.until("raw mode", async () =>
    (await server.run(["stty", "-F", tty])).stdout.includes("-icanon"),
  );
  await canary.send("c1", "hello");
  await saw(canary, "turn-start c1", "turn-end c1");
});

test("without a terminal it refuses with the mend", async () => {
  await using server = await tmuxServer();
  const result = await server.run([process.execPath, "--conditions=@mosaic/source", PROGRAM]);
  expect(result.exitCode).toBe(1);
  expect(result.stderr).toContain("CANARY_NEEDS_TTY");
});
