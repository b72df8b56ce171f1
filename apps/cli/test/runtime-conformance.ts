import { setTimeout as pause } from "node:timers/promises";
import { screen, waitFor } from "@mosaic/fleet-testkit/tmux";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, rows } from "./fleet-world.ts";
import { AGENT, PANE, runtimeWorld, type RuntimeUnderTest, type RuntimeWorld } from "./runtime-world.ts";

/** How a model refuses to answer, and what `fleet ps` then flags. */
const REFUSALS = [
  ["nothing", "<<error 400>>", "FAILING"],
  ["quota", "<<refuse quota 3600>>", "LIMIT"],
  ["login", "<<refuse login>>", "LOGIN"],
  ["overloaded", "<<refuse overloaded>>", "FAILING"],
] as const;

/** What every runtime does, in one world per runtime: the tests run in this order, each leaves the agent idle. */
export function conformance(runtime: RuntimeUnderTest): void {
  let one: RuntimeWorld;
  const message = (text: string, ...more: readonly string[]): ReturnType<RuntimeWorld["send"]> =>
    one.send("--message", text, "--timeout", "15", ...more);
  const told = async (
    text: string,
    verdict: string,
    ...more: readonly string[]
  ): ReturnType<RuntimeWorld["send"]> => {
    const receipt = await message(text, ...more);
    expect(receipt.verdict, `${receipt.why}\n${await one.screen().catch(() => "no session")}`).toBe(verdict);
    return receipt;
  };
  const sessionId = async (): Promise<unknown> => (await one.heartbeat()).session_id;
  const pid = async (): Promise<number> => (await rows(one.world))[0]?.pane?.pid ?? 0;

  describe(`${runtime.name}, as its adapter describes it,`, () => {
    beforeAll(async () => {
      one = await runtimeWorld(runtime);
    });
    afterAll(async () => {
      await one[Symbol.asyncDispose]();
    });

    test("is ready, is what the roster declares, and runs with the contract of its seat", async () => {
      const [row] = await rows(one.world);
      expect(row).toMatchObject({ readiness: "available", flags: [] });
      const composed = await one.world.mosaic("compose-contract", runtime.name, "--agent", AGENT, "--json");
      expect((await one.heartbeat()).contract).toBe((JSON.parse(composed.stdout) as { hash: string }).hash);
    });

    test("takes a message of several lines, in which nothing is a command of its own", async () => {
      const text = "first line\n!touch /tmp/never\n/clear\n  日本語 and 🙂 end with @README.md";
      const receipt = await told(text, "accepted");
      if (runtime.folder !== undefined) {
        const { user, system } = await one.asked(`#${receipt.id}]`);
        expect(user.at(-1)).toContain(`[${receipt.from} -> `);
        for (const line of text.split("\n")) expect(user.at(-1)).toContain(line.trim());
        const contract = (await one.world.mosaic("compose-contract", runtime.name, "--agent", AGENT)).stdout;
        expect(system).toContain(contract.trim());
      }
      await one.until("available");
    });

    test.for(["!rm -rf work", "/clear", "@README.md", "?", "#note", "and a @", "print $a"])(
      "takes %s as text",
      async (text) => {
        await told(text, "accepted");
        await one.until("available");
      },
    );

    test("takes a message that looks like a composer", async () => {
      await told(`over\n${"─".repeat(40)}\n❯ under`, "accepted");
      await one.until("available");
      await told(`over\n${"─".repeat(120)}\n› under`, "accepted");
      await one.until("available");
    });

    test("takes 64 KiB", async () => {
      await told("x ".repeat(32_768), "accepted");
      await one.until("available");
    });

    test("takes 1,900 characters in many lines as they are", async () => {
      const lines = Array.from({ length: 38 }, (_, i) => `line ${String(i)} `.padEnd(49, "-"));
      const receipt = await told(lines.join("\n"), "accepted");
      if (runtime.folder !== undefined) {
        const { user } = await one.asked(`#${receipt.id}]`);
        for (const line of lines) expect(user.at(-1)).toContain(line);
      }
      await one.until("available");
    });

    test.for([
      [80, 24],
      [60, 18],
    ])("takes what its composer is too small to show, in a pane of %i x %i", async ([width, height]) => {
      await one.world.tmux("resize-window", "-t", PANE, "-x", String(width), "-y", String(height));
      const words = Array.from({ length: 150 }, (_, i) => `word${String(i)}`).join(" ");
      const lines = Array.from({ length: 9 }, () => words.slice(0, 95)).join("\n");
      for (const text of [words.slice(0, 650), lines, words.slice(0, 940)]) {
        await told(text, "accepted");
        await one.until("available");
      }
      await one.world.tmux("resize-window", "-t", PANE, "-x", "120", "-y", "40");
    });

    test("queues a message while it is busy, and takes it once", async () => {
      await message(runtime.slow(4_000));
      await one.until("working");
      const receipt = await told("something else", "queued");
      if (runtime.folder !== undefined) await one.asked(`#${receipt.id}]`);
      await one.until("available");
      await told("something else", "accepted", "--id", receipt.id);
      await one.until("available");
    });

    test("takes a message in copy-mode", async () => {
      await one.world.tmux("copy-mode", "-t", PANE);
      await told("out of copy-mode", "accepted");
      await one.until("available");
    });

    test("keeps a draft of a person's", async () => {
      await one.key("-l", "half a thought");
      await waitFor(async () => (await one.screen()).includes("half a thought"), { what: "the draft" });
      await told("not over it", "not-delivered", "--timeout", "3");
      expect(await one.screen()).not.toContain("not over it");
      await one.key(...Array.from({ length: "half a thought".length }, () => "BSpace"));
      await waitFor(async () => !(await one.screen()).includes("half a thought"), {
        what: "an empty composer",
      });
    });

    const { asking, refused, interrupt = [] } = runtime;
    const interrupted = async (): Promise<void> => {
      // Two at once are another key.
      for (const key of interrupt) {
        await one.key(key);
        await pause(500);
      }
    };
    if (asking) {
      test.for([
        ["yes", asking.yes],
        ["no", asking.no],
      ] as const)("is blocked by a question, with its text, until the answer is %s", async ([, answer]) => {
        await told(asking.message, "accepted");
        await one.until("stuck");
        expect(String((await one.heartbeat()).reason)).toContain(asking.names);
        await waitFor(
          async () => (await one.send("--message", "now?", "--timeout", "1")).verdict === "not-delivered",
          {
            what: "a refusal",
          },
        );
        // A dialog that was just drawn may not listen to its first key.
        const answered = async (): Promise<boolean> => {
          if ((await one.readiness()) !== "stuck") return true;
          await one.key(answer);
          await pause(1_000);
          return false;
        };
        await waitFor(answered, { what: "an answered question", deadlineMs: 20_000 });
        await one.until("available");
        expect((await rows(one.world))[0]?.flags).toEqual([]);
      });
    }
    if (refused !== undefined) {
      test.for(REFUSALS)("says what its model refuses with: %s", async ([cause, script, flag]) => {
        await told(script, "accepted");
        const flagged = async (): Promise<boolean> => (await rows(one.world))[0]?.flags[0] === flag;
        await waitFor(flagged, { what: `the flag ${flag}`, deadlineMs: 20_000 });
        const shown = (await one.world.mosaic("fleet", "ps")).stdout.split(`\n${flag} ${AGENT}: `);
        expect(shown[1]).toContain(refused[cause]);
        // Some try again for a while, one for ever.
        if (shown[1]?.startsWith("it tries again") === true) {
          const ended = async (): Promise<boolean> => {
            await interrupted();
            return (await one.readiness()) === "available";
          };
          await waitFor(ended, { what: () => one.screen(), deadlineMs: 20_000 });
        }
        const receipt = await told("and on", "accepted");
        if (shown[1]?.startsWith("its last turn failed") === true)
          expect(receipt.why).toContain(refused[cause]);
        await one.until("available");
        expect((await rows(one.world))[0]?.flags).toEqual([]);
      });
    }
    if (interrupt.length > 0) {
      test("is available again when its turn is interrupted", async () => {
        await told(runtime.slow(20_000), "accepted");
        await one.until("working");
        await waitFor(async () => /<<slow 20000[^]*Slowly/.test(await one.screen()), { what: "a beginning" });
        await interrupted();
        await one.until("available");
        expect((await rows(one.world))[0]?.flags).toEqual([]);
        await told("after the interrupt", "accepted");
        await one.until("available");
      });
    }

    const { compacting } = runtime;
    if (compacting !== undefined) {
      test("keeps its contract when its conversation is made shorter", async () => {
        await told("a long story", "accepted");
        await one.until("available");
        const asked = one.model.requests.length;
        await one.key("-l", compacting);
        await waitFor(async () => (await one.screen()).includes(compacting), { what: "what was typed" });
        await one.key("Enter");
        await waitFor(() => one.model.requests.length > asked, { what: "the question for a summary" });
        await one.until("available");
        const receipt = await told("and behind it", "accepted");
        expect((await one.asked(`#${receipt.id}]`)).system).toContain("# Code");
        await one.until("available");
      });
    }

    test("forgets its conversation when it is reset, and keeps its contract", async () => {
      await message("a word to forget: heliotrope");
      await one.until("available");
      const before = await sessionId();
      expect(await one.world.mosaic("agent", "reset", AGENT)).toMatchObject({ exitCode: 0, stderr: "" });
      const receipt = await message("what was the word?");
      if (runtime.folder !== undefined) {
        const { user, system } = await one.asked(`#${receipt.id}]`);
        expect(user.join("\n")).not.toContain("heliotrope");
        expect(system).toContain("# Code");
      }
      await one.until("available");
      expect(await sessionId()).not.toBe(before);
    });

    if (runtime.folder !== undefined) {
      test("goes on with its conversation after a restart and after a crash, and begins anew with --fresh", async () => {
        await message("a word to keep: marigold");
        await one.until("available");
        const before = await sessionId();
        const old = await pid();
        await one.world.mosaic("fleet", "restart", AGENT);
        expect(await pid()).not.toBe(old);
        expect(await one.readiness()).toBe("available");
        const resumed = await one.asked(`#${(await message("which word?")).id}]`);
        expect(resumed.user.join("\n")).toContain("marigold");
        expect(resumed.system).toContain("# Code");
        await one.until("available");
        expect(await sessionId()).toBe(before);

        process.kill(await pid(), "SIGKILL");
        await one.until("dead");
        await told("anybody?", "not-delivered");
        await one.world.mosaic("fleet", "apply");
        const again = await one.asked(`#${(await message("and now?")).id}]`);
        expect(again.user.join("\n")).toContain("marigold");
        await one.until("available");

        await one.world.mosaic("fleet", "restart", AGENT, "--fresh");
        const fresh = await one.asked(`#${(await message("and at last?")).id}]`);
        expect(fresh.user.join("\n")).not.toContain("marigold");
        await one.until("available");
      });
    }

    test("takes a message that is sent while it restarts, or refuses it", async () => {
      const restarted = one.world.mosaic("fleet", "restart", AGENT);
      const receipt = json(
        await one.world.mosaic(
          "agent",
          "send",
          AGENT,
          "--json",
          "--timeout",
          "20",
          "--message",
          "in between",
        ),
      );
      await restarted;
      expect(["accepted", "queued", "not-delivered"]).toContain(receipt.verdict);
      // The process that took it may have been ended before it asked the model.
      const takenBy = receipt.evidence === null ? 0 : (JSON.parse(receipt.evidence) as { pid: number }).pid;
      if (runtime.folder !== undefined && takenBy === (await pid())) await one.asked(`#${receipt.id}]`);
      await one.until("available");
    });

    test("was never led away from this machine", () => {
      expect(one.model.others.filter((other) => runtime.asksFor?.includes(other) !== true)).toEqual([]);
    });

    test("leaves no process behind when it is stopped", async () => {
      const watchers = async (): Promise<string> =>
        (await one.world.run(["ps", "-ax", "-o", "pid=,args="])).stdout
          .split("\n")
          .filter((line) => line.includes(`${one.world.home}/`))
          .join("\n");
      expect(await watchers()).not.toBe("");
      await one.world.mosaic("fleet", "stop", AGENT);
      await told("to nobody", "not-delivered", "--timeout", "1");
      await waitFor(async () => (await watchers()) === "", { what: watchers });
      expect(await screen(one.world.server, PANE).catch(() => "gone")).toBe("gone");
    });
  });
}
