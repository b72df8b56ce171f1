import { expect, test } from "vitest";
import { isFrameworkPath, journalText, manifestText, parseJournal, parseManifest } from "./manifest.ts";

test.for([
  "fleet/roles/code.md",
  "fleet/roles/LIBRARY.md",
  "fleet/profiles/research.yaml",
  "fleet/examples/minimal.yaml",
  "fleet/roster.schema.json",
  "tools/fleet/start-agent-session.sh",
  "systemd/user/mosaic-agent@.service",
  "runtime/report.sh",
])("%s may belong to the framework", (path) => {
  expect(isFrameworkPath(path)).toBe(true);
});

test.for([
  "fleet/roster.yaml",
  "fleet/other.yaml",
  "fleet/agents/coder0.env",
  "fleet/run/PAUSED",
  "fleet/run",
  "fleet/backlog/PG_VERSION",
  "fleet/roles.local/code.md",
  "fleet/profiles.local/mine.yaml",
  "fleet/roles/note.local.md",
  "SOUL.md",
  "TOOLS.local.md",
  "credentials",
  "notes/todo.txt",
  "/etc/passwd",
  "../etc/passwd",
  "fleet/../credentials",
  "fleet/roles/../../credentials",
  "fleet//roster.yaml",
  "fleet/./roster.yaml",
])("%s never does", (path) => {
  expect(isFrameworkPath(path)).toBe(false);
});

test("a manifest and a journal are read as they were written", () => {
  const manifest = {
    mosaic: "1.2.3",
    files: new Map([["fleet/roles/code.md", "ab"]]),
    deleted: new Set(["fleet/roles/ceo.md"]),
  };
  expect(parseManifest(manifestText(manifest))).toEqual(manifest);
  const journal = {
    mosaic: "1.2.3",
    written: new Map([["fleet/roles/code.md", new Set(["ab", "cd"])]]),
    removed: new Set(["fleet/roles/old.md"]),
  };
  expect(parseJournal(journalText(journal))).toEqual(journal);
});

test("a manifest of version 1, as it stands in a home", () => {
  const text = '{"version":1,"mosaic":"0.1.0","files":{"tools/a.sh":"ab"},"deleted":[]}';
  expect(parseManifest(text)).toEqual({
    mosaic: "0.1.0",
    files: new Map([["tools/a.sh", "ab"]]),
    deleted: new Set(),
  });
});

test.for(["", "{", "[]", "null", '{"version":99,"files":{}}'])("%j is no manifest and no journal", (text) => {
  expect([parseManifest(text), parseJournal(text)]).toEqual([undefined, undefined]);
});

test("what a manifest says about paths that cannot be the framework's is passed over", () => {
  const text =
    '{"version":1,"mosaic":"1","files":{"credentials":"ab","../x":"ab","tools/a.sh":7},"deleted":["SOUL.md"]}';
  expect(parseManifest(text)).toMatchObject({ files: new Map(), deleted: new Set() });
});
