import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { modelServer, type ModelRequest, type ModelServer } from "@mosaic/fleet-testkit/model-server";
import { screen, waitFor } from "@mosaic/fleet-testkit/tmux";
import { fleetWorld, json, rows, type FleetWorld, type Json, type Seat } from "./fleet-world.ts";

/** What a test has to know of one runtime beyond its adapter. */
export interface RuntimeUnderTest {
  readonly name: string;
  /** The folder with its program; undefined where `mosaic` itself is it. */
  readonly folder: string | undefined;
  /** The lines of the agent's env file that lead it to the test's model. */
  readonly env: (model: string) => Readonly<Record<string, string>>;
  /** The files, by their path in the user's home, that lead it there. */
  readonly files: (model: string) => Readonly<Record<string, string>>;
  readonly seat?: Readonly<Record<string, unknown>>;
  /** A message whose turn takes this long. */
  readonly slow: (ms: number) => string;
  /** A message on which it asks for a permission, where it has such questions, and what the reason must name. */
  readonly asking?: {
    readonly message: string;
    readonly names: string;
    readonly yes: string;
    readonly no: string;
  };
  /** What it says when its model refuses to answer, by the cause; a part of it. */
  readonly refused?: Readonly<Record<"nothing" | "quota" | "login" | "overloaded", string>>;
  /** What a person types to have the conversation made shorter. */
  readonly compacting?: string;
  /** What it asks of the world at its start, whatever it is told; here it meets a proxy that refuses. */
  readonly asksFor?: readonly string[];
  /** The keys that interrupt a turn. */
  readonly interrupt?: readonly string[];
}

export const AGENT = "coder0";
export const PANE = `=${AGENT}:`;

/** One agent of a real runtime, its fleet, and the model it talks to. */
export interface RuntimeWorld extends AsyncDisposable {
  readonly world: FleetWorld;
  readonly model: ModelServer;
  send(...args: readonly string[]): Promise<Json>;
  readiness(): Promise<string | undefined>;
  until(readiness: string): Promise<void>;
  heartbeat(): Promise<Readonly<Record<string, unknown>>>;
  screen(): Promise<string>;
  key(...keys: readonly string[]): Promise<void>;
  /** The first question to the model whose last text holds this. */
  asked(text: string): Promise<ModelRequest>;
}

/** As git makes it in the folder to work in. */
const REPOSITORY = {
  "work/.git/HEAD": "ref: refs/heads/main\n",
  "work/.git/config": "[core]\n\trepositoryformatversion = 0\n",
  "work/.git/objects/.keep": "",
  "work/.git/refs/.keep": "",
};

export async function runtimeWorld(
  runtime: RuntimeUnderTest,
  more: Readonly<Record<string, unknown>> = {},
): Promise<RuntimeWorld> {
  const model = await modelServer();
  const path = [...(runtime.folder === undefined ? [] : [runtime.folder]), process.env.PATH ?? ""].join(":");
  // Whatever wants to leave this machine meets the model server as its proxy, which notes it and refuses.
  const proxy = { HTTPS_PROXY: model.url, HTTP_PROXY: model.url, NO_PROXY: "127.0.0.1,localhost" };
  const world = await fleetWorld({ env: { PATH: path } });
  const seat: Seat = { name: AGENT, runtime: runtime.name, ...runtime.seat, ...more };
  await world.roster([seat], { defaults: { working_directory: "~/work" } });
  const files = { "work/README.md": "A folder to work in.\n", ...REPOSITORY, ...runtime.files(model.url) };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(`${world.server.tmpdir}/${name}`), { recursive: true });
    await writeFile(`${world.server.tmpdir}/${name}`, text);
  }
  const lines = Object.entries({ ...proxy, ...runtime.env(model.url) }).map(
    ([key, value]) => `${key}=${value}\n`,
  );
  await mkdir(`${world.home}/fleet/agents`, { recursive: true });
  await writeFile(`${world.home}/fleet/agents/${AGENT}.env`, lines.join(""), { mode: 0o600 });
  const applied = await world.mosaic("fleet", "apply");
  if (applied.exitCode !== 0) {
    await world[Symbol.asyncDispose]().catch(() => undefined);
    await model[Symbol.asyncDispose]();
    throw new Error(applied.stderr);
  }
  const readiness = async (): Promise<string | undefined> => (await rows(world))[0]?.readiness;
  return {
    world,
    model,
    readiness,
    send: async (...args) => json(await world.mosaic("agent", "send", AGENT, "--json", ...args)),
    until: async (wanted) => {
      await waitFor(async () => (await readiness()) === wanted, {
        what: async () =>
          `readiness ${wanted}, not ${String(await readiness())}:\n${await screen(world.server, PANE)}`,
        deadlineMs: 20_000,
      });
    },
    heartbeat: async () =>
      JSON.parse(await readFile(`${world.home}/fleet/run/${AGENT}.hb`, "utf8")) as Record<string, unknown>, // Its documented shape.
    screen: () => screen(world.server, PANE),
    key: async (...keys) => {
      await world.tmux("send-keys", "-t", PANE, ...keys);
    },
    asked: (text) =>
      waitFor(() => model.requests.find(({ user }) => user.at(-1)?.includes(text)), {
        what: async () => `a question with ${text}:\n${await screen(world.server, PANE)}`,
        deadlineMs: 20_000,
      }),
    async [Symbol.asyncDispose]() {
      try {
        await world[Symbol.asyncDispose]();
      } finally {
        await model[Symbol.asyncDispose]();
      }
    },
  };
}
