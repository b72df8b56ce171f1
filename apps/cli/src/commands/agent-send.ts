import { InvalidArgumentError, Option, type Command } from "commander";
import { durationOf } from "../option-values.ts";
import { timeoutOption } from "../changing.ts";
import { EXIT } from "../exit-code.ts";
import { verb, type Cli, type HomeOption } from "../verb.ts";

interface SendFlags extends HomeOption {
  readonly message?: string;
  readonly file?: string;
  readonly from?: string;
  readonly source?: string;
  readonly sourceLabel?: string;
  readonly id?: string;
  readonly timeout: number;
  readonly queue?: true;
  readonly ttl: number;
  readonly socket?: string;
  readonly host?: string;
}

const DAY_SECONDS = 86_400;
const LONGEST_TTL = 30 * DAY_SECONDS;

const EXIT_OF = {
  accepted: EXIT.done,
  queued: EXIT.done,
  "not-delivered": EXIT.failed,
  unknown: EXIT.unknown,
} as const;
const STYLE_OF = { accepted: "green", queued: "cyan", "not-delivered": "red", unknown: "yellow" } as const;

export function agentSendCommand(cli: Cli): Command {
  return verb("send", "send one message and print a receipt: accepted, queued, not-delivered or unknown", [
    'mosaic agent send coder0 --message "Please run the tests."',
    "mosaic agent send coder0 --file brief.md",
    "git diff | mosaic agent send reviewer0 -",
    'mosaic agent send coder0 --queue --message "When you are back: rebase."',
    'mosaic agent send coder0 -H ada@oak --message "Are you done?"',
  ])
    .argument("<agent>", "an agent of the roster, by exact name")
    .argument("[-]", "a single - takes the text from standard input")
    .addOption(new Option("-m, --message <text>", "the text").conflicts("file"))
    .option("-f, --file <path>", "take the text from a file")
    .option(
      "--from <label>",
      "how you name yourself (default: <host>:operator); inside an agent's pane it is shown as a claim",
    )
    .addOption(new Option("--source <label>", "the same as --from").hideHelp())
    .addOption(new Option("--source-label <label>", "the same as --from").hideHelp())
    .option(
      "--id <id>",
      "your own id for the message: the same id is delivered once, however often it is sent",
    )
    .option("--verify", "wait for evidence of a turn; this is always done, the flag states it in scripts")
    .addOption(timeoutOption("how long to look for evidence", 10))
    .option(
      "--queue",
      "what cannot be delivered now waits in the agent's mailbox, and its expiry is told to you",
    )
    .addOption(
      new Option("--ttl <time>", "how long it waits there").default(DAY_SECONDS, "1d").argParser(timeToLive),
    )
    .option("-L, --socket <name>", "the agent of that tmux socket, whatever the roster says")
    .option("-H, --host <destination>", "the agent on that host, as ssh reads it: [user@]host", destination)
    .addHelpText(
      "after",
      "\nExit codes: 0 accepted or queued, 1 not delivered, 7 unknown.\nAfter unknown look at the agent; do not send again.",
    )
    .action(async (agent: string, dash: string | undefined, flags: SendFlags, command: Command) => {
      const text = await messageText(dash, flags, command);
      if (flags.queue !== true && command.getOptionValueSource("ttl") === "cli")
        command.error("error: --ttl is for what waits: give --queue as well");
      const fleet = await cli.fleet(flags);
      const receipt = await fleet.send(agent, {
        text,
        from: flags.from ?? flags.source ?? flags.sourceLabel,
        id: flags.id,
        timeoutMs: flags.timeout * 1000,
        queueSeconds: flags.queue === true ? flags.ttl : undefined,
        socket: flags.socket,
        destination: flags.host,
        signal: cli.signal,
      });
      cli.out.answer({ ...receipt }, () => {
        const verdict = cli.out.paint(STYLE_OF[receipt.verdict], receipt.verdict);
        return `${verdict}  #${receipt.id}  ${receipt.from} -> ${receipt.to}  ${String(receipt.elapsed_ms)} ms\n  ${receipt.why}`;
      });
      cli.exit(EXIT_OF[receipt.verdict]);
    });
}

function timeToLive(text: string): number {
  const seconds = durationOf(text);
  if (seconds > 0 && seconds <= LONGEST_TTL) return seconds;
  throw new InvalidArgumentError("Give a time above 0 and at most 30d.");
}

/** ssh takes what begins with a dash for an option of its own. */
function destination(text: string): string {
  if (/^[^-\s]\S*$/.test(text)) return text;
  throw new InvalidArgumentError("Give [user@]host, as ssh reads it.");
}

async function messageText(
  dash: string | undefined,
  { message, file }: SendFlags,
  command: Command,
): Promise<string> {
  if (dash !== undefined && dash !== "-")
    command.error(`error: unexpected argument ${JSON.stringify(dash)}; quote the text after --message`);
  if (message === undefined && file === undefined && dash === undefined)
    command.error("error: give the text with --message, with --file, or on standard input with -");
  if (dash !== undefined && (message !== undefined || file !== undefined))
    command.error("error: the text is given twice: take away the -, or the option that gives it");
  if (message !== undefined) return message;
  const { readInput } = await import("../input.ts");
  return readInput(file);
}
