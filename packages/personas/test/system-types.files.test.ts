import { readdir, readFile } from "node:fs/promises";
import { openPersonas, openProfiles, parseRuntimeRule, provision } from "@mosaic/fleet-personas";
import { parseRoster } from "@mosaic/fleet-roster";
import { expect, test } from "vitest";
import { FRAMEWORK } from "./library-folders.ts";

const personas = openPersonas({ baseline: `${FRAMEWORK}/roles`, override: `${FRAMEWORK}/no-override` });
const profiles = openProfiles(
  { baseline: `${FRAMEWORK}/profiles`, override: `${FRAMEWORK}/no-override` },
  personas,
);
const classes = (await personas.list()).map((one) => one.class);

/** Who sits in a fully staffed system, and how many in its floor. */
const SEATS: Readonly<Record<string, { floor: string[]; all: string[] }>> = {
  "software-delivery": {
    floor: ["orchestrator", "enhancer"],
    all: [
      "orchestrator",
      "board",
      "planner",
      "decomposition",
      "code0",
      "code1",
      "review",
      "security-review",
      "site-tester",
      "documentation",
      "merge-gate",
      "rebase",
      "operator",
      "session-review",
      "enhancer",
    ],
  },
  research: {
    floor: ["lead-researcher"],
    all: [
      "lead-researcher",
      "researcher0",
      "researcher1",
      "data-analyst",
      "data-scientist",
      "market-analyst",
      "documentation",
      "review",
    ],
  },
  marketing: {
    floor: ["marketing-lead"],
    all: [
      "marketing-lead",
      "content-strategist",
      "copywriter",
      "social-media-manager",
      "seo-specialist",
      "brand-strategist",
      "growth-marketer",
      "ux-designer",
    ],
  },
  business: {
    floor: ["ceo"],
    all: [
      "ceo",
      "coo",
      "cfo",
      "product-manager",
      "code",
      "review",
      "marketing-lead",
      "sales-lead",
      "operations-manager",
      "customer-success-manager",
    ],
  },
  "personal-assistant": {
    floor: ["personal-assistant"],
    all: ["personal-assistant", "executive-assistant", "scheduler", "inbox-manager", "researcher"],
  },
};

/** `seat: superior` for every class of a profile. */
const TOPOLOGY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "software-delivery": {
    orchestrator: "",
    board: "orchestrator",
    planner: "orchestrator",
    review: "orchestrator",
    documentation: "orchestrator",
    "merge-gate": "orchestrator",
    operator: "orchestrator",
    "session-review": "orchestrator",
    enhancer: "orchestrator",
    decomposition: "planner",
    code: "decomposition",
    "security-review": "review",
    "site-tester": "review",
    rebase: "merge-gate",
  },
  research: {
    "lead-researcher": "",
    researcher: "lead-researcher",
    "data-analyst": "lead-researcher",
    "data-scientist": "lead-researcher",
    "market-analyst": "lead-researcher",
    documentation: "lead-researcher",
    review: "lead-researcher",
  },
  marketing: {
    "marketing-lead": "",
    "content-strategist": "marketing-lead",
    "seo-specialist": "marketing-lead",
    "brand-strategist": "marketing-lead",
    "growth-marketer": "marketing-lead",
    "ux-designer": "marketing-lead",
    copywriter: "content-strategist",
    "social-media-manager": "content-strategist",
  },
  business: {
    ceo: "",
    coo: "ceo",
    cfo: "ceo",
    "product-manager": "coo",
    "marketing-lead": "coo",
    "sales-lead": "coo",
    "operations-manager": "coo",
    "customer-success-manager": "coo",
    code: "product-manager",
    review: "product-manager",
  },
  "personal-assistant": {
    "personal-assistant": "",
    "executive-assistant": "personal-assistant",
    "inbox-manager": "personal-assistant",
    researcher: "personal-assistant",
    scheduler: "executive-assistant",
  },
};

test("there are five system types", async () => {
  const ids = (await profiles.list()).map(({ id }) => id);
  expect(ids).toEqual(Object.keys(SEATS).sort());
});

test.for(Object.keys(SEATS))("%s resolves, and each class reports to whom it should", async (id) => {
  const { profile } = await profiles.resolveProfile(id);
  expect(Object.fromEntries(profile.roster.map((seat) => [seat.class, seat.reports_to ?? ""]))).toEqual(
    TOPOLOGY[id],
  );
});

test.for(Object.entries(SEATS))(
  "%s provisions its floor and its seats, twice to the same byte",
  async ([id, { floor, all }]) => {
    const make = async (full: boolean) =>
      provision({
        profile: await profiles.resolveProfile(id),
        full,
        runtimes: [parseRuntimeRule("*=canary")],
        topology: false,
        tenantId: "tester",
      });
    expect((await make(false)).roster.agents.map(({ name }) => name)).toEqual(floor);
    const full = await make(true);
    expect(full.roster.agents.map(({ name }) => name)).toEqual(all);
    expect(full.roster.tmux).toEqual({ socket_name: "mosaic-fleet", holder_session: "_holder" });
    expect((await make(true)).text).toBe(full.text);
  },
);

test("every seat of every preset has a persona, but minimal's, and the presets are six", async () => {
  const folder = `${FRAMEWORK}/examples`;
  const files = (await readdir(folder)).sort();
  expect(files).toEqual(
    ["coding", "general", "hybrid", "local-canary", "minimal", "research"].map((id) => `${id}.yaml`),
  );
  for (const file of files.filter((name) => name !== "minimal.yaml")) {
    const roster = parseRoster(await readFile(`${folder}/${file}`, "utf8"), file, { tenantId: "t" });
    const seats = roster.agents.map((seat) => seat.class);
    expect(seats.filter((name) => !classes.includes(name))).toEqual([]);
    expect(seats.filter((name) => name === "orchestrator")).toHaveLength(1);
    expect(seats).toContain("enhancer");
    expect(roster.tmux.socket_name).toBe("mosaic-fleet");
  }
});
