import { readdir } from "node:fs/promises";
import {
  agentUnit,
  disableUnits,
  enableLinger,
  enableUnits,
  HOLDER_UNIT,
  parseLinger,
  parseUnits,
  reloadUnits,
  showLinger,
  showUnits,
  type UnitFacts,
} from "@mosaic/fleet-commands/systemd";
import { check, type Evidence } from "./check.ts";
import { finding, type Finding } from "./findings.ts";
import { livesElsewhere } from "../launch/launch.ts";
import { readUnits, type UnitFile } from "../manage/units.ts";
import { askUserManager } from "../manage/user-manager.ts";

const AGENT_UNIT = /^mosaic-agent@(.*)\.service$/;

/** With which the unit of an agent does not start it again. */
const KNOWN_EXITS: Readonly<Record<number, string>> = {
  77: "the runtime could not log in",
  78: "the roster does not let the agent start",
};

type SystemdFacts =
  | { readonly silent: string }
  | {
      readonly home: string;
      readonly user: string;
      readonly version: string;
      /** The Mosaic home that the installed units belong to; undefined where there are none. */
      readonly owner: string | undefined;
      readonly files: readonly UnitFile[];
      /** Undefined when that is not known: a user who is not logged in. */
      readonly linger: boolean | undefined;
      /** The holder's, and those of the seats that live here. */
      readonly units: readonly UnitFacts[];
      /** Units that start at boot and have no seat here; none is known without a roster. */
      readonly seatless: readonly string[];
    };

export function judgeSystemd(facts: SystemdFacts): Finding[] {
  if ("silent" in facts) return [finding("SYSTEMD_NONE", "systemd", facts.silent)];
  const { home, user, owner, files, linger, units, seatless } = facts;
  if (owner === undefined) return [finding("UNITS_NOT_INSTALLED", "systemd", "the fleet has no units")];
  if (owner !== home)
    return [finding("UNITS_FOREIGN", owner, `the user's units belong to the home ${owner}`)];
  return [
    ...(linger === true ? [] : [lingerOff(user)]),
    ...judgeFiles(files),
    ...units.flatMap((unit) => judgeUnit(unit, files)),
    ...seatless.map((unit) =>
      finding("UNIT_UNROSTERED", unit, `${unit} starts at boot and has no seat in the roster`, {
        mend: `systemctl --user disable ${unit}`,
        fix: { before: "enabled", after: "disabled", action: { kind: "run", argv: disableUnits([unit]) } },
      }),
    ),
  ];
}

const lingerOff = (user: string): Finding =>
  finding(
    "LINGER_OFF",
    user,
    `the fleet ends when ${user} logs out, and starts at boot only when ${user} logs in`,
    {
      mend: `loginctl enable-linger ${user}`,
      fix: { before: "no", after: "yes", action: { kind: "run", argv: enableLinger(user) } },
    },
  );

/** Where a person has edited one of the files, only a person decides about them. */
function judgeFiles(files: readonly UnitFile[]): Finding[] {
  const edited = files.some(({ state }) => state === "edited");
  return files.flatMap(({ path, state }) => {
    if (state === "current") return [];
    if (state === "edited") return [finding("UNIT_EDITED", path, `${path} was edited`)];
    const message = state === "missing" ? `${path} is missing` : `${path} is not what this mosaic ships`;
    const fix = { before: state, after: "current", action: { kind: "units" } } as const;
    return [finding("UNIT_STALE", path, message, edited ? {} : { fix })];
  });
}

function judgeUnit(facts: UnitFacts, files: readonly UnitFile[]): Finding[] {
  const { unit, enabled, activeState, result, exitStatus, restarts, needsReload } = facts;
  const found: Finding[] = [];
  if (enabled === "disabled")
    found.push(
      finding("UNIT_NOT_ENABLED", unit, `${unit} is not enabled: it does not start at boot`, {
        mend: `systemctl --user enable ${unit}`,
        fix: { before: "disabled", after: "enabled", action: { kind: "run", argv: enableUnits([unit]) } },
      }),
    );
  if (activeState === "failed") {
    const known = KNOWN_EXITS[exitStatus];
    const again = restarts > 0 ? `, after ${String(restarts)} restarts` : "";
    const why = `${result === "exit-code" ? (known ?? `exit code ${String(exitStatus)}`) : result}${again}`;
    const agent = AGENT_UNIT.exec(unit)?.[1];
    const start = agent === undefined ? `systemctl --user start ${unit}` : `mosaic fleet start ${agent}`;
    found.push(
      finding("UNIT_FAILED", unit, `${unit} has failed (${why})`, {
        mend: `See why: journalctl --user -u ${unit} -n 30. Mend that, then: ${start}`,
      }),
    );
  }
  if (needsReload) {
    // Read anew, a unit whose file is missing would be none.
    const whole = files.every(({ state }) => state !== "missing");
    const action = { kind: "run", argv: reloadUnits() } as const;
    const message = `the file of ${unit} is newer than what systemd has read`;
    const fix = whole ? { before: "old", after: "read anew", action } : undefined;
    found.push(finding("UNIT_NOT_RELOADED", unit, message, { fix }));
  }
  return found;
}

async function lookAtSystemd({ context, roster }: Evidence): Promise<SystemdFacts> {
  const { run, user, host, home } = context;
  const asked = await askUserManager(context);
  if ("silent" in asked) return asked;
  const seats = await roster().then(
    ({ agents }) => agents.filter((seat) => livesElsewhere(seat, host) === undefined).map(({ name }) => name),
    () => undefined,
  );
  const known = (seats ?? []).map(agentUnit);
  const [{ owner, files }, shown, lingers, booting] = await Promise.all([
    readUnits(context, false),
    run(showUnits([HOLDER_UNIT, ...known])),
    run(showLinger(user)),
    readdir(`${context.userUnits}/default.target.wants`).catch(() => []),
  ]);
  return {
    ...{ home: home.root, user, owner, files, version: asked.facts.version },
    linger: parseLinger(lingers.stdout),
    units: parseUnits(shown.stdout),
    seatless:
      seats === undefined ? [] : booting.filter((unit) => AGENT_UNIT.test(unit) && !known.includes(unit)),
  };
}

export const systemdCheck = check({
  name: "systemd",
  title: "systemd",
  look: lookAtSystemd,
  judge: judgeSystemd,
  sum: (facts) => {
    if ("silent" in facts) return "none";
    const { version, owner, home, units } = facts;
    const active = units.filter(({ activeState }) => activeState === "active").length;
    return owner === home ? `${version}, ${String(active)} units active` : version;
  },
});
