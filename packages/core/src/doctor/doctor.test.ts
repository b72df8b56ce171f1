import { expect, test } from "vitest";
import { diagnose, type Result } from "./doctor.ts";
import type { FindingCode } from "./codes.ts";
import { finding } from "./findings.ts";

const fix = { before: "0644", after: "0600", action: { kind: "mode", path: "/x", mode: 0o600 } } as const;

const result = (check: string, ...codes: readonly FindingCode[]): Result => ({
  check,
  title: check,
  examined: { summary: "so", findings: codes.map((code) => finding(code, "subject", "message", { fix })) },
});

test.for([
  ["nothing is found", [], "ok", true],
  ["only what is worth knowing is found", ["SYSTEMD_NONE"], "noted", true],
  ["a warning is found", ["CLOCK_SKEW"], "wrong", false],
  ["an error and an info are found", ["DISK_FULL", "SYSTEMD_NONE"], "wrong", false],
] as const)("where %s, the check and the whole say so", ([, codes, state, healthy]) => {
  const diagnosis = diagnose([result("one", ...codes)]);
  expect(diagnosis.checks).toEqual([{ check: "one", title: "one", state, summary: "so" }]);
  expect(diagnosis.healthy).toBe(healthy);
  expect(diagnosis.findings.map(({ code }) => code)).toEqual(codes);
});

test("a check that could not look is unknown, never fine", () => {
  const diagnosis = diagnose([{ check: "one", title: "One", examined: { unknown: "why", findings: [] } }]);
  expect(diagnosis.checks).toMatchObject([{ state: "unknown", summary: "not checked: why" }]);
});

test("what was there before the fixes and is gone was mended; what is still there is told once", () => {
  const before = [result("one", "ENV_FILE_EXPOSED", "CREDENTIALS_EXPOSED")];
  const { findings, healthy } = diagnose([result("one", "CREDENTIALS_EXPOSED")], before);
  expect(findings.map(({ code, fixed }) => [code, fixed])).toEqual([
    ["CREDENTIALS_EXPOSED", false],
    ["ENV_FILE_EXPOSED", true],
  ]);
  expect(healthy).toBe(false);
});

test("what went away by itself was not mended", () => {
  const gone: Result = {
    check: "one",
    title: "one",
    examined: { summary: "so", findings: [finding("DISK_LOW", "/", "full")] },
  };
  expect(diagnose([result("one")], [gone])).toMatchObject({ findings: [], healthy: true });
});

test("a finding carries the severity and, where it has none of its own, the mend of the table", () => {
  expect(diagnose([result("one", "TMUX_MISSING")]).findings).toMatchObject(
    [
      {
        severity: "error",
        check: "one",
        subject: "subject",
        message: "message",
        mend: /^Install it/,
        fixable: true,
      },
    ].map(({ mend, ...one }) => ({ ...one, mend: expect.stringMatching(mend) as unknown })),
  );
});
