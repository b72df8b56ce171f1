import type { Command } from "commander";
import { LAUNCHED } from "./commands/launch.ts";
import { PRESETS } from "./presets.ts";

export type Shell = "bash" | "zsh" | "fish";

/** One level of the command tree: what may stand after `path`. */
interface Level {
  /** The words before the cursor that are commands, joined by spaces; empty at the top. */
  readonly path: string;
  readonly words: readonly Word[];
  /** The shell command that lists what may stand as an argument, asked when the user wants it. */
  readonly argument: string | undefined;
  /** Options whose value can be listed in such a way. */
  readonly options: readonly { readonly flag: string; readonly values: string }[];
}

interface Word {
  readonly word: string;
  readonly description: string;
}

function levels(command: Command, path: readonly string[] = []): Level[] {
  const help = command.createHelp();
  const commands = help.visibleCommands(command);
  const subcommands = commands.map((child) => ({ word: child.name(), description: child.description() }));
  const options = help
    .visibleOptions(command)
    .flatMap(({ long, description }) => (long ? [{ word: long, description }] : []));
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const level = {
    path: path.join(" "),
    words: [...subcommands, ...choices.map((word) => ({ word, description: "" })), ...options],
    argument: command.registeredArguments.flatMap((argument) => VALUES[argument.name()] ?? [])[0],
    options: help.visibleOptions(command).flatMap(({ long, flags, argChoices }) => {
      const placeholder = /<([a-z]+)>$/.exec(flags)?.[1] ?? "";
      const values = argChoices ? `printf "%s\\n" ${argChoices.join(" ")}` : VALUES[placeholder];
      return long && values !== undefined ? [{ flag: long, values }] : [];
    }),
  };
  const below = command.commands.flatMap((child) => levels(child, [...path, child.name()]));
  return [level, ...below];
}

const listed = (verb: string, key: string): string =>
  `mosaic ${verb} --json 2>/dev/null | grep -o '"${key}":"[^"]*"' | cut -d'"' -f4 | sort -u`;

/** The shell command that lists what may stand for a placeholder; silent when there is none. */
const VALUES: Readonly<Record<string, string>> = {
  agent: listed("fleet ps", "name"),
  card: listed("fleet backlog list", "id"),
  class: listed("fleet persona list", "class"),
  persona: listed("fleet persona list", "class"),
  preset: `printf "%s\\n" ${PRESETS.join(" ")}`,
  profile: listed("fleet profile list", "id"),
  role: listed("fleet ps", "name"),
  runtime: `printf "%s\\n" ${LAUNCHED.join(" ")}`,
  "system-type": listed("fleet profile list", "id"),
};

/** A completion script made from the command tree, so that it can never name what does not exist. */
export function completionScript(shell: Shell, root: Command): string {
  const all = levels(root).filter(({ path }) => !path.split(" ").includes("help"));
  return { bash, zsh, fish }[shell](all);
}

function bash(all: readonly Level[]): string {
  const cases = all.map(({ path, words, argument, options }) => {
    const list = words.map(({ word }) => word).join(" ");
    const ask = (values: string): string => `words="$(${values})"`;
    const behind = options.map(({ flag, values }) => `; [[ $prev != ${flag} ]] || ${ask(values)}`).join("");
    const given = argument === undefined ? "" : `; [[ $cur == -* ]] || ${ask(argument)}`;
    return `    "${path}") words="${list}"${given}${behind} ;;`;
  });
  return `# mosaic completion for bash
_mosaic() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" path="" word words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${pathCases(all)}
    esac
  done
  case "$path" in
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
}
complete -o default -F _mosaic mosaic
`;
}

/** Follows the words that are commands; options and arguments leave the path as it is. */
const pathCases = (all: readonly Level[]): string =>
  all
    .filter(({ path }) => path !== "")
    .map(({ path }) => `      "${path.includes(" ") ? path : ` ${path}`}") path="${path}" ;;`)
    .join("\n");

const zshWord = ({ word, description }: Word): string => `'${`${word}:${description}`.replaceAll("'", "’")}'`;

function zsh(all: readonly Level[]): string {
  const cases = all.map(({ path, words, argument, options }) => {
    const ask = (values: string): string => `entries=("\${(@f)$(${values})}")`;
    const behind = options.map(
      ({ flag, values }) => `; [[ $words[CURRENT-1] != ${flag} ]] || ${ask(values)}`,
    );
    const given = argument === undefined ? "" : `; [[ $words[CURRENT] == -* ]] || ${ask(argument)}`;
    return `    "${path}") entries=(${words.map(zshWord).join(" ")})${given}${behind.join("")} ;;`;
  });
  return `#compdef mosaic
# mosaic completion for zsh
_mosaic() {
  local path_="" word; local -a entries
  for word in "\${words[@]:1:$((CURRENT - 2))}"; do
    case "$path_ $word" in
${pathCases(all).replaceAll(") path=", ") path_=")}
    esac
  done
  case "$path_" in
${cases.join("\n")}
  esac
  _describe 'mosaic' entries || _files
}
if [ "$funcstack[1]" = "_mosaic" ]; then _mosaic "$@"; else compdef _mosaic mosaic; fi
`;
}

function fish(all: readonly Level[]): string {
  const quote = (text: string): string => `'${text.replaceAll("'", String.raw`\'`)}'`;
  const lines = all.flatMap(({ path, words, argument, options }) => {
    const when = `-n ${quote(`__mosaic_at ${path}`)}`;
    const entries = words.map(({ word, description }) => {
      const values = options.find(({ flag }) => flag === word)?.values;
      const behind = values === undefined ? "" : ` -x -a ${quote(`(${values})`)}`;
      const what = word.startsWith("--") ? `-l ${word.slice(2)}${behind}` : `-f -a ${quote(word)}`;
      return `complete -c mosaic ${when} ${what} -d ${quote(description)}`;
    });
    if (argument === undefined) return entries;
    return [...entries, `complete -c mosaic ${when} -f -a ${quote(`(${argument})`)}`];
  });
  return `# mosaic completion for fish
function __mosaic_at
  set -l path
  set -l known ${all.map(({ path }) => quote(path)).join(" ")}
  for word in (commandline -opc)[2..-1]
    contains -- (string join ' ' $path $word) $known; and set path $path $word
  end
  test "$path" = "$argv"
end
${lines.join("\n")}
`;
}
