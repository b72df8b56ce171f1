import { dirname, join } from "node:path";
import { format, resolveConfig } from "prettier";
import { backlogPage } from "./backlog-page.ts";
import { cliReference } from "../apps/cli/src/cli-reference.ts";
import { FINDINGS } from "../packages/core/src/doctor/codes.ts";
import { libraryIndex, openPersonas } from "../packages/personas/src/index.ts";
import { rosterJsonSchema, rosterReference } from "../packages/roster/src/index.ts";
import { MAX_ALIASED_VALUES } from "../packages/roster/src/plain-value.ts";
import { MAX_ROSTER_LENGTH } from "../packages/roster/src/read-roster.ts";
import { MAX_DEPTH } from "../packages/roster/src/yaml-text.ts";

/** A file that is generated from the product's own definitions. */
export interface GeneratedFile {
  /** From the root of the repository. */
  readonly path: string;
  readonly content: () => string | Promise<string>;
}

export const generatedFiles: readonly GeneratedFile[] = [
  { path: "framework/fleet/roster.schema.json", content: () => JSON.stringify(rosterJsonSchema()) },
  { path: "docs/reference/roster.md", content: rosterPage },
  { path: "docs/reference/cli.md", content: cliReference },
  { path: "docs/reference/backlog.md", content: backlogPage },
  { path: "docs/reference/doctor.md", content: doctorPage },
  { path: "framework/fleet/roles/LIBRARY.md", content: libraryPage },
];

/** The content as the formatter leaves it. */
export async function formattedContent({ path, content }: GeneratedFile): Promise<string> {
  return format(await content(), { ...(await resolveConfig(path)), filepath: path });
}

function rosterPage(): string {
  return `# Roster

The roster declares the fleet: \`fleet/roster.yaml\` in the Mosaic home, YAML 1.2 or JSON. This page is generated from
the schema that the parser uses; \`framework/fleet/roster.schema.json\` is the same for editors.

\`\`\`yaml
version: 1
tmux:
  socket_name: mosaic-fleet
agents:
  - name: lead
    runtime: claude
    class: orchestrator
\`\`\`

${rosterReference()}
A key that is not in the table is an error. So is a value of another type, a name that two agents share, and a runtime
that is neither built in nor declared with a command. All problems of a file are reported at once, each with line,
column, path and the nearest known word:

\`\`\`text
fleet/roster.yaml:7:5 agents/1/runtme: unknown key "runtme"; did you mean "runtime"?
\`\`\`

## YAML

- Rules of YAML 1.2 hold: \`yes\`, \`no\`, \`on\` and \`off\` are text, and there are no merge keys (\`<<\`).
- A bare \`~\` is the home directory where a \`working_directory\` is expected; elsewhere it is null.
- Anchors and aliases work. A seat that shares text with another by an alias is edited by hand.
- A roster has one document of at most ${String(MAX_ROSTER_LENGTH)} characters and ${String(MAX_DEPTH)} levels, and aliases
  repeat at most ${String(MAX_ALIASED_VALUES)} values.
`;
}

function doctorPage(): string {
  const rows = Object.entries(FINDINGS).map(([code, kind]) =>
    ["", `\`${code}\``, kind.severity, kind.meaning, kind.mend, "fix" in kind ? kind.fix : "", ""].join("|"),
  );
  return `# Doctor

\`mosaic fleet doctor\` looks at the host and at the fleet: the programs that mosaic needs, the disk, the files of the
home, the roster and what its seats need, the user's service manager, what runs, the clock, the store. Each finding says
what is wrong and what to do. It needs neither a roster nor a fleet that runs, and it writes nothing.

The checks run at the same time, each for at most 15 seconds. One that cannot look says so: it is a finding of its own,
or waits for another one's mend (\`not checked\`). A program is asked a constant number of times, whatever the number of
agents.

\`mosaic fleet doctor --fix\` mends what can be mended without taking anything from anybody, says from what to what, and
looks again. It changes no file that a person writes, restarts no agent and ends no session.

The exit code is 0 when nothing is wrong, 1 when there is an error or a warning that was not mended, 2 when the call
itself was wrong. An info is no fault. With \`--json\` the answer is one document on stdout in all of these cases:

| key | what it holds |
| --- | --- |
| \`version\` | 1; keys are only ever added |
| \`healthy\` | whether the exit code is 0 |
| \`checks\` | each with \`check\`, \`title\`, \`state\` (\`ok\`, \`noted\`, \`wrong\`, \`unknown\`) and \`summary\` |
| \`findings\` | each with \`code\`, \`severity\`, \`check\`, \`subject\`, \`message\`, \`mend\`, \`fixable\` and \`fixed\` |
| \`fixes\` | with \`--fix\`, each with \`code\`, \`subject\`, \`before\`, \`after\`, and \`error\` when it could not be done |

## Findings

| code | severity | what it means | what to do | what \`--fix\` does |
| --- | --- | --- | --- | --- |
${rows.join("\n")}

A code is never renamed. This page is made from the table that the doctor itself uses.
`;
}

async function libraryPage(): Promise<string> {
  const roles = join(dirname(import.meta.dirname), "framework/fleet/roles");
  const listed = await openPersonas({ baseline: roles, override: `${roles}.local` }).list();
  return libraryIndex(
    listed.map((one) => {
      if ("error" in one) throw one.error;
      return one.persona;
    }),
  );
}
