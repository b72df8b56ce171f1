import { expect } from "vitest";
import { failure } from "./fleet-world.ts";
import type { BacklogWorld } from "./store-world.ts";

interface WrongCall {
  readonly what: string;
  /** Behind `fleet backlog`. */
  readonly args: readonly string[];
  readonly stdin?: string;
  /** The exit code, the error's code, and what its message names. */
  readonly refusal: readonly [number, string, RegExp];
}

const lines = (...cards: readonly unknown[]): string => cards.map((card) => JSON.stringify(card)).join("\n");
const create = (id: string, ...more: readonly string[]): readonly string[] => [
  "create",
  "--id",
  id,
  "--title",
  "x",
  ...more,
];
const imported = (what: string, stdin: string, names: RegExp): WrongCall => ({
  what,
  args: ["import", "-"],
  stdin,
  refusal: [2, "BACKLOG_INVALID", names],
});

/** A card in every state: `free`, `waits` for it, `held` by bob for the second time, `blocked`, `done`. */
export async function everyState(fleet: BacklogWorld): Promise<void> {
  const backlog = (...args: readonly string[]): Promise<unknown> => fleet.json("fleet", "backlog", ...args);
  for (const id of ["free", "held", "blocked", "done"]) await backlog(...create(id));
  await backlog(...create("waits", "--depends-on", "free"));
  await backlog("claim", "--id", "held", "--owner", "alice");
  await backlog("reclaim", "--id", "held");
  await backlog("claim", "--id", "held", "--owner", "bob");
  await backlog("block", "--id", "blocked");
  await backlog("complete", "--id", "done");
}

/** Calls that are wrong in a store of {@link everyState}. */
export const wrongCalls: readonly WrongCall[] = [
  ...[
    [
      "an unknown dependency",
      ["--depends-on", "free,A8,A9"],
      4,
      "BACKLOG_DEPENDENCY_UNKNOWN",
      /A8, A9/,
    ] as const,
    ["a dependency on itself", ["--depends-on", "new"], 5, "BACKLOG_CYCLE", /new -> new/] as const,
    ["a dependency that is no id", ["--depends-on", "a b"], 2, "BACKLOG_INVALID", /depends_on/] as const,
    ["a priority that is no number", ["--priority", "high"], 2, "USAGE", /--priority/] as const,
    ["a priority out of range", ["--priority", "3000000000"], 2, "BACKLOG_INVALID", /priority/] as const,
  ].map(([what, more, ...refusal]) => ({ what, args: create("new", ...more), refusal })),
  { what: "a duplicate id", args: create("free"), refusal: [5, "BACKLOG_CARD_EXISTS", /free/] },
  { what: "an id with a space", args: create("a b"), refusal: [2, "BACKLOG_INVALID", /id must be/] },
  {
    what: "an empty title",
    args: ["create", "--id", "new", "--title", ""],
    refusal: [2, "BACKLOG_INVALID", /title/],
  },
  { what: "a create without a title", args: ["create", "--id", "new"], refusal: [2, "USAGE", /--title/] },
  {
    what: "a cycle",
    args: ["link", "--from", "free", "--to", "waits"],
    refusal: [5, "BACKLOG_CYCLE", /free -> waits -> free/],
  },
  {
    what: "a self-link",
    args: ["link", "--from", "free", "--to", "free"],
    refusal: [5, "BACKLOG_CYCLE", /free -> free/],
  },
  {
    what: "a link to nothing",
    args: ["link", "--from", "free", "--to", "A9"],
    refusal: [4, "BACKLOG_CARD_UNKNOWN", /A9/],
  },
  ...[
    ["held", 5, "BACKLOG_CLAIMED", /held is claimed by bob/] as const,
    ["blocked", 5, "BACKLOG_NOT_READY", /blocked is blocked/] as const,
    ["done", 5, "BACKLOG_NOT_READY", /done is done/] as const,
    ["waits", 5, "BACKLOG_NOT_READY", /waits for 1 of its dependencies: free/] as const,
    ["A9", 4, "BACKLOG_CARD_UNKNOWN", /A9/] as const,
  ].map(([id, ...refusal]) => ({
    what: `a claim of ${id}`,
    args: ["claim", "--owner", "eve", "--id", id],
    refusal,
  })),
  ...[
    ["0", "BACKLOG_INVALID", /ttl_seconds must be a number of seconds above 0/] as const,
    ["31d", "BACKLOG_INVALID", /ttl_seconds/] as const,
    ["-5", "USAGE", /--ttl/] as const,
    ["soon", "USAGE", /--ttl/] as const,
  ].map(([ttl, code, names]) => ({
    what: `a time to live of ${ttl}`,
    args: ["claim", "--owner", "eve", "--ttl", ttl],
    refusal: [2, code, names] as const,
  })),
  {
    what: "a renewal for no time",
    args: ["renew", "--id", "held", "--fence", "2", "--ttl", "0"],
    refusal: [2, "BACKLOG_INVALID", /ttl/],
  },
  ...(["complete", "renew", "release", "block"] as const).flatMap((verb) => [
    {
      what: `${verb} of what another holds`,
      args: [verb, "--id", "held", "--fence", "1"],
      refusal: [5, "BACKLOG_FENCE_LOST", /bob/] as const,
    },
    {
      what: `${verb} with a fence to come`,
      args: [verb, "--id", "held", "--fence", "3"],
      refusal: [5, "BACKLOG_FENCE_LOST", /bob/] as const,
    },
    {
      what: `${verb} with no fence there is`,
      args: [verb, "--id", "held", "--fence", "0"],
      refusal: [2, "BACKLOG_INVALID", /fence/] as const,
    },
    {
      what: `${verb} of a card nobody holds`,
      args: [verb, "--id", "free", "--fence", "1"],
      refusal: [5, "BACKLOG_FENCE_LOST", /free/] as const,
    },
    {
      what: `${verb} of no card`,
      args: [verb, "--id", "A9", "--fence", "1"],
      refusal: [4, "BACKLOG_CARD_UNKNOWN", /A9/] as const,
    },
  ]),
  {
    what: "an unblock of what is ready",
    args: ["unblock", "--id", "free"],
    refusal: [5, "BACKLOG_NOT_READY", /ready, not blocked/],
  },
  {
    what: "a reopen of what is ready",
    args: ["reopen", "--id", "free"],
    refusal: [5, "BACKLOG_NOT_READY", /ready, not done/],
  },
  { what: "a page of none", args: ["list", "--limit", "0"], refusal: [2, "BACKLOG_INVALID", /limit/] },
  {
    what: "a page after no card",
    args: ["list", "--after", "A9"],
    refusal: [4, "BACKLOG_CARD_UNKNOWN", /A9/],
  },
  {
    what: "a status there is not",
    args: ["list", "--status", "open"],
    refusal: [2, "USAGE", /ready, claimed, blocked, done/],
  },
  { what: "a show of no card", args: ["show", "A9"], refusal: [4, "BACKLOG_CARD_UNKNOWN", /A9/] },
  {
    what: "an import of no file",
    args: ["import", "/nonexistent"],
    refusal: [1, "READ_FAILED", /nonexistent/],
  },
  imported("a text of 10 MB", lines({ id: "new", title: "x", body: "x".repeat(10_000_000) }), /body/),
  imported("a title of 10 MB", lines({ id: "new", title: "x".repeat(10_000_000) }), /title/),
  imported("a NUL in a text", lines({ id: "first", title: "x" }, { id: "new", title: "a\0b" }), /title/),
  imported("a NUL in JSON", lines({ id: "new", title: "x", acceptance: { "a\0": 1 } }), /acceptance/),
  imported("half a character", '{"id":"new","title":"\\ud800"}', /title/),
  imported("a line that is no JSON", `${lines({ id: "new", title: "x" })}\nnonsense\n`, /line 2|2/),
  imported("a field there is not", lines({ id: "new", titel: "x" }), /titel/),
];

/** Makes a wrong call: it is refused with a code, with what is wrong and with what to do. */
export async function expectRefusal(fleet: BacklogWorld, { args, stdin, refusal }: WrongCall): Promise<void> {
  const given = stdin === undefined ? {} : { stdin };
  const { exitCode, stdout, stderr } = await fleet.mosaicWith(given, "fleet", "backlog", ...args, "--json");
  expect(stderr.trim().split("\n")).toHaveLength(1);
  const { code, message, hint } = failure({ stderr });
  const [exit, expected, names] = refusal;
  expect([exitCode, code, stdout]).toEqual([exit, expected, ""]);
  expect(message).toMatch(names);
  expect(message.length).toBeLessThan(1_000);
  expect(hint).toMatch(/^[A-Z].*\.$/s);
}

/** Everything the store knows. */
export const content = async (fleet: BacklogWorld): Promise<string> =>
  (await fleet.mosaic("store", "export")).stdout;
