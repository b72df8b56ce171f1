#!/bin/sh
# Sends one message to one agent and prints a receipt: accepted, queued, not-delivered or unknown.
#   agent-send.sh -s NAME -m TEXT | -f FILE | -
#     -s NAME      the agent: its session, by exact name
#     -m TEXT      the text; -f FILE takes it from a file, a single - from standard input
#     -L SOCKET    the tmux socket it lives on, where that is not this fleet's
#     -H HOST      the host it lives on, as ssh reads it: [user@]host
#     --from L     how you name yourself; --id ID, --timeout SECONDS, --queue, --verify, --json: as in mosaic agent send
# Exit codes: 0 accepted or queued, 1 not delivered, 2 usage, 7 unknown: look at the agent, do not send again.
# With mosaic on PATH this is `mosaic agent send`. Without it the text is typed by send-message.sh beside this file,
# which cannot see whether a turn began: what it has typed is unknown.
set -eu

usage() {
  sed -n '2,/^set /s/^# \{0,1\}//p' "$0"
}
wrong() {
  printf 'agent-send.sh: %s\n' "$1" >&2
  usage >&2
  exit 2
}

name='' socket='' host='' from='' id='' timeout='' source='' text='' file='' queue='' json=''
while [ $# -gt 0 ]; do
  case $1 in
    -s | -m | -f | -L | -H | --from | --id | --timeout)
      [ $# -ge 2 ] || wrong "$1 needs a value"
      case $1 in
        -s) name=$2 ;;
        -m) source="${source}m" text=$2 ;;
        -f) source="${source}f" file=$2 ;;
        -L) socket=$2 ;;
        -H) host=$2 ;;
        --from) from=$2 ;;
        --id) id=$2 ;;
        --timeout) timeout=$2 ;;
      esac
      shift 2
      ;;
    -) source="$source-"; shift ;;
    --queue) queue=1; shift ;;
    --json) json=1; shift ;;
    --verify) shift ;;
    -h | --help) usage; exit 0 ;;
    *) wrong "unexpected argument: $1" ;;
  esac
done
[ -n "$name" ] || wrong 'name the agent with -s'
case $source in
  m | f | -) ;;
  '') wrong 'give the text with -m, with -f, or on standard input with -' ;;
  *) wrong 'the text is given twice' ;;
esac
[ "$source" != f ] || [ -r "$file" ] || wrong "there is no file $file"
# None of these needs quoting on its way through another shell.
case $name in [!a-z0-9]* | *[!a-z0-9_-]*) wrong "not an agent name: $name" ;; esac
case $socket in *[!A-Za-z0-9_.-]*) wrong "not a socket name: $socket" ;; esac
case $id in [!A-Za-z0-9]* | *[!A-Za-z0-9_.-]*) wrong "not a message id: $id" ;; esac
case $timeout in *[!0-9.]*) wrong "not a number of seconds: $timeout" ;; esac
case $host in -*) wrong "not a host: $host" ;; esac
# How this very file hands a sender to itself on another host, where a space would need quoting.
case $from in *,claimed:*) from="${from%%,claimed:*} claimed:${from#*,claimed:}" ;; esac

text_to_stdout() {
  case $source in
    m) printf '%s\n' "$text" ;;
    f) cat -- "$file" ;;
    -) cat ;;
  esac
}

if command -v mosaic >/dev/null 2>&1; then
  set -- agent send "$name" -
  [ -z "$socket" ] || set -- "$@" -L "$socket"
  [ -z "$host" ] || set -- "$@" -H "$host"
  [ -z "$from" ] || set -- "$@" --from "$from"
  [ -z "$id" ] || set -- "$@" --id "$id"
  [ -z "$timeout" ] || set -- "$@" --timeout "$timeout"
  [ -z "$queue" ] || set -- "$@" --queue
  [ -z "$json" ] || set -- "$@" --json
  text_to_stdout | mosaic "$@"
  exit
fi

[ -z "$queue" ] || wrong 'a mailbox needs mosaic on PATH'
label() {
  printf '%s' "$1" | LC_ALL=C tr -cd 'A-Za-z0-9@:._+-' | cut -c 1-80
}
here=$(uname -n)
stamp="${here%%.*}:$(label "${MOSAIC_AGENT_NAME:-operator}")"
claim=$(label "${from##* claimed:}")
# A person signs as they like; what another host has stamped keeps its stamp.
if [ -z "${MOSAIC_AGENT_NAME-}" ] && [ -n "$claim" ]; then stamp=$(label "${from%% claimed:*}"); fi
[ -n "$claim" ] || claim=$stamp
[ -n "$id" ] || id=$(od -An -N6 -tx1 /dev/urandom | tr -d ' \n')
set -- -s "$name" --stamp "$stamp" --from "$claim" --id "$id"
[ -z "$socket" ] || set -- "$@" -L "$socket"
[ -z "$json" ] || set -- "$@" --json

if [ -z "$host" ]; then
  text_to_stdout | "$(dirname -- "$0")/send-message.sh" "$@"
  exit
fi

receipt() {
  if [ -n "$json" ]; then
    printf '{"version":1,"verdict":"%s","id":"%s","from":"%s","to":"%s:%s","why":"%s","evidence":null,"elapsed_ms":0}\n' \
      "$1" "$id" "$stamp" "$(printf '%s' "$host" | tr -cd 'A-Za-z0-9@:._-')" "$name" "$2"
  else
    printf '%s  #%s  %s -> %s:%s\n  %s\n' "$1" "$id" "$stamp" "$host" "$name" "$2"
  fi
}
# The far side has mosaic, or these tools: both stand in its Mosaic home.
from="$stamp"
[ "$claim" = "$stamp" ] || from="$stamp,claimed:$claim"
home="\${MOSAIC_HOME:-\$HOME/.config/mosaic}"
far="PATH=\"$home/fleet/run/bin:$home/tools/tmux:\$PATH\" exec agent-send.sh -s $name --id $id --from $from"
[ -z "$socket" ] || far="$far -L $socket"
[ -z "$timeout" ] || far="$far --timeout $timeout"
[ -z "$json" ] || far="$far --json"
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
status=0
text_to_stdout |
  ssh -T -a -x -o ClearAllForwardings=yes -o BatchMode=yes -o ConnectTimeout=5 \
    -o ServerAliveInterval=5 -o ServerAliveCountMax=3 -- "$host" "sh -c '$far -'" 2>"$errors" || status=$?
case $status in
  255) ;;
  127) receipt not-delivered 'that host has neither mosaic nor agent-send.sh for this user'; exit 1 ;;
  *) cat "$errors" >&2; exit "$status" ;;
esac
cat "$errors" >&2
if LC_ALL=C grep -Eq 'Connection refused|timed out|No route to host|Network is unreachable|Could not resolve|Permission denied|Host key verification failed' "$errors"; then
  receipt not-delivered 'the host could not be reached; ssh says why'
  exit 1
fi
receipt unknown 'the connection ended without an answer'
exit 7
