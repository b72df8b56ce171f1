/** Generated when the roster sets a command; a line of this name without our note above it is the operator's own. */
export const COMMAND_KEY = "MOSAIC_AGENT_COMMAND";

/** systemd's EnvironmentFile format: an empty value is bare, one that is not plain is quoted. */
function quote(value: string): string {
  if (/^[\w@%+=:,./~-]*$/.test(value)) return value;
  return `"${value.replace(/[\\"$`]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}

function unquote(raw: string): string {
  const value = raw.trim();
  const double = /^"((?:[^"\\]|\\.)*)"$/s.exec(value)?.[1];
  if (double !== undefined)
    return double.replace(/\\(.)/gs, (_, char: string) => (char === "n" ? "\n" : char));
  return /^'([^']*)'$/s.exec(value)?.[1] ?? value;
}

const ASSIGNMENT = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/;

/** The variables of an env file; comments and lines of another shape are passed over. */
export function parseEnv(text: string): Record<string, string> {
  const variables: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const line of text.split("\n")) {
    const [, key, value] = ASSIGNMENT.exec(line) ?? [];
    if (key !== undefined && value !== undefined) variables[key] = unquote(value);
  }
  return variables;
}

/** Stands before a command that the roster set, so that it can be told from a command of the operator's. */
const COMMAND_NOTE = "# The command is set in the roster:";

/**
 * `existing` with the generated keys refreshed where they stand and added at the top where they do not; every other
 * line stays as it was, byte for byte. The roster's command stands behind the operator's, where there is one: of two
 * lines the last wins.
 */
export function mergeEnv(existing: string | undefined, generated: Readonly<Record<string, string>>): string {
  const missing = new Map(Object.entries(generated));
  const kept: string[] = [];
  let operators = false;
  for (const line of (existing ?? "").split("\n")) {
    const key = ASSIGNMENT.exec(line)?.[1] ?? "";
    if (key === COMMAND_KEY && kept.at(-1) === COMMAND_NOTE) kept.pop();
    else if (key === COMMAND_KEY) {
      operators = true;
      kept.push(line);
    } else if (!Object.hasOwn(generated, key)) kept.push(line);
    else {
      const value = missing.get(key);
      if (value !== undefined) kept.push(`${key}=${quote(value)}`);
      missing.delete(key);
    }
  }
  const command = missing.get(COMMAND_KEY);
  missing.delete(COMMAND_KEY);
  const added = [...missing].map(([key, value]) => `${key}=${quote(value)}`);
  const lines = command === undefined ? [] : [COMMAND_NOTE, `${COMMAND_KEY}=${quote(command)}`];
  if (operators) kept.splice(kept.at(-1) === "" ? -1 : kept.length, 0, ...lines);
  else added.push(...lines);
  return [...added, ...kept].join("\n");
}

/** The variables of an env file as the operator has them: a command that the roster has set there is not among them. */
export const operatorVariables = (text: string | undefined): Readonly<Record<string, string | undefined>> =>
  parseEnv(mergeEnv(text, {}));
