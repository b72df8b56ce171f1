import { addAgent, parseRoster, RosterError } from "@mosaic/fleet-roster";

const text = `version: 1
agents:
  - name: lead # talks to the operator
    runtime: claude
    class: orchestrator
`;

export const roster = parseRoster(text, "fleet/roster.yaml", { tenantId: "ada" });
// roster.agents[0].working_directory is "~/src": every default is filled in.

export const edited = addAgent(text, { name: "code0", runtime: "codex", class: "code" });
// Two seats now, and the comment is still there.

export let message = "";
try {
  parseRoster(edited.replace("class: code", "clas: code"), "fleet/roster.yaml", { tenantId: "ada" });
} catch (error) {
  if (error instanceof RosterError) message = error.message;
}
// fleet/roster.yaml:8:5 agents/1/clas: unknown key "clas"; did you mean "class"?
