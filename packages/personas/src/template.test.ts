import { expect, test } from "vitest";
import { parsePersona } from "./persona.ts";
import { parseProfile } from "./profile.ts";
import { personaTemplate, profileTemplate } from "./template.ts";

test("a new persona is valid as it stands", () => {
  expect(
    parsePersona(personaTemplate("release-manager"), "release-manager.md", "release-manager").title,
  ).toBe("Release Manager");
});

test("a new profile is valid as it stands", () => {
  expect(parseProfile(profileTemplate("mine"), "mine.yaml", "mine").floor).toEqual([
    "orchestrator",
    "enhancer",
  ]);
});
