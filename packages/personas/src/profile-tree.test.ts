import { expect, test } from "vitest";
import { profileTree } from "./profile-tree.ts";
import { parseProfile } from "./profile.ts";

test("the tree draws who reports to whom, how many, and marks lead and floor", () => {
  const profile = parseProfile(
    `id: t
title: T
description: T.
lead: boss
floor: [boss, watch]
roster:
  - class: boss
  - class: plan
    reports_to: boss
  - class: code
    reports_to: plan
    multiplicity: 2
    runtime: codex
    model_hint: gpt-5.5
  - class: test
    reports_to: plan
  - class: watch
    reports_to: boss
  - class: aside
`,
    "t.yaml",
    "t",
  );
  expect(profileTree(profile)).toEqual([
    "boss (lead, floor)",
    "├─ plan",
    "│  ├─ code x2  codex gpt-5.5",
    "│  └─ test",
    "└─ watch (floor)",
    "aside",
  ]);
});
