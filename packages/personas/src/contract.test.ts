import { expect, test } from "vitest";
import { composeContract, contractHash } from "./contract.ts";
import { parsePersona } from "./persona.ts";
import { personaTemplate } from "./template.ts";

const persona = parsePersona(personaTemplate("code"), "code.md", "code");
const whole = composeContract({
  layers: {
    constitution: "# C\n",
    soul: "# S",
    user: "# U",
    tools: "# T",
    locals: [{ name: "USER.local.md", text: "# UL" }],
  },
  runtimeNotes: "# R",
  persona,
  commsBlock: "# P",
});

test("the layers stand from the general to the seat's own, each under the name of its source", () => {
  expect(whole.match(/<!-- .* -->/g)).toEqual([
    "<!-- CONSTITUTION.md -->",
    "<!-- SOUL.md -->",
    "<!-- USER.md -->",
    "<!-- TOOLS.md -->",
    "<!-- runtime -->",
    "<!-- USER.local.md -->",
    "<!-- role code -->",
    "<!-- comms -->",
  ]);
});

test("the persona is in it whole, without its front matter", () => {
  expect(whole).toContain(persona.body.trim());
  expect(whole).not.toContain("standing: persistent");
});

test("an absent or blank layer leaves no trace", () => {
  const contract = composeContract({ layers: { user: " \n", locals: [] }, persona, commsBlock: "# P" });
  expect(contract.match(/<!-- .* -->/g)).toEqual(["<!-- role code -->", "<!-- comms -->"]);
});

test("the hash is short, stable, and another for another contract", () => {
  expect(contractHash(whole)).toMatch(/^[0-9a-f]{12}$/);
  expect(contractHash(whole)).toBe(contractHash(whole));
  expect(contractHash(whole)).not.toBe(contractHash(`${whole} `));
});
