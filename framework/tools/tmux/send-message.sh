#!/bin/sh
# Types one message into an agent's pane with tmux alone, for hosts without mosaic. Agents call agent-send.sh.
#   send-message.sh -s NAME --stamp HOST:SESSION --from LABEL --id ID [-L SOCKET] [--json] < TEXT
# What it cannot do: read the composer (a draft there is submitted with the text), see whether a turn began, and keep one
# sender at a time. So its receipt is not-delivered (exit 1) or unknown (exit 7), never accepted.
set -eu

name='' stamp='' from='' id='' json='' socket=${MOSAIC_TMUX_SOCKET-} named=${MOSAIC_TMUX_SOCKET+yes}
while [ $# -gt 0 ]; do
  case $1 in
    -s) name=$2; shift 2 ;;
    --stamp) stamp=$2; shift 2 ;;
    --from) from=$2; shift 2 ;;
    --id) id=$2; shift 2 ;;
    -L) socket=$2 named=yes; shift 2 ;;
    --json) json=1; shift ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
  esac
done
if [ -z "$name" ] || [ -z "$stamp" ] || [ -z "$id" ]; then
  sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
# tmux's own default server is nobody's to type into unless a fleet says so.
[ -n "$named" ] || { echo 'send-message.sh: name the tmux socket with -L' >&2; exit 2; }

# Inside a pane TMUX_TMPDIR leads away from the fleet's server, and this variable back to it.
if [ -n "${MOSAIC_TMUX_TMPDIR-}" ]; then TMUX_TMPDIR=$MOSAIC_TMUX_TMPDIR; export TMUX_TMPDIR
elif [ -n "${MOSAIC_TMUX_TMPDIR+set}" ]; then unset TMUX_TMPDIR
fi
unset TMUX TMUX_PANE
on_socket() {
  if [ -n "$socket" ]; then tmux -u -L "$socket" "$@"; else tmux -u "$@"; fi
}

here=$(uname -n)
to="${here%%.*}:$name"
sender=$stamp
[ "$from" = "$stamp" ] || [ -z "$from" ] || sender="$stamp claimed:$from"
done_with() {
  if [ -n "$json" ]; then
    printf '{"version":1,"verdict":"%s","id":"%s","from":"%s","to":"%s","why":"%s","evidence":null,"elapsed_ms":0}\n' \
      "$1" "$id" "$sender" "$to" "$2"
  else
    printf '%s  #%s  %s -> %s\n  %s\n' "$1" "$id" "$sender" "$to" "$2"
  fi
  case $1 in not-delivered) exit 1 ;; *) exit 7 ;; esac
}

# The same sanitiser as mosaic's: escape sequences whole, controls but tab and newline, C1, bidi controls, surrogates.
sanitised() {
  esc=$(printf '\033') bel=$(printf '\007') cr=$(printf '\r')
  c1=$(printf '\302[\200-\237]')
  bidi1=$(printf '\342\200[\216\217\252-\256]') bidi2=$(printf '\342\201[\246-\251]') bidi3=$(printf '\330\234')
  half=$(printf '\355[\240-\277][\200-\277]')
  LC_ALL=C sed -e "s/$cr\$//" -e "s/${esc}[]PX^_][^$bel$esc]*\($bel\|$esc\\\\\)//g" \
    -e "s/$esc\\[[0-?]*[ -\\/]*[@-~]//g" -e "s/${esc}[ -\\/]*[0-~]//g" |
    LC_ALL=C tr '\r' '\n' | LC_ALL=C tr -d '\000-\010\013-\037\177' |
    LC_ALL=C sed -e "s/$c1//g" -e "s/$bidi1//g" -e "s/$bidi2//g" -e "s/$bidi3//g" -e "s/$half//g"
}
text=$(sanitised)
[ -n "$(printf '%s' "$text" | tr -d ' \t\n')" ] || { echo 'send-message.sh: the message is empty' >&2; exit 2; }

# Several lines may run one by one in a program of which nothing is known; a long one goes to a file in any case.
newline='
'
case $text in
  *"$newline"*) long=yes ;;
  *) if [ "${#text}" -gt 2000 ]; then long=yes; else long=; fi ;;
esac
if [ -n "$long" ]; then
  inbox="${MOSAIC_HOME:-$HOME/.config/mosaic}/fleet/run/inbox/$name"
  (umask 077 && mkdir -p "$inbox" && printf '%s\n' "$text" >"$inbox/$id.md")
  text="A message of ${#text} characters is in the file $inbox/$id.md : read it and act on it."
fi

# The oldest pane of exactly that session is the agent's.
pane=$(on_socket list-panes -s -t "=$name" -F \
  '#{pane_id} #{pid}/#{start_time}/#{pane_pid} #{pane_dead} #{pane_in_mode} #{pane_current_command}' 2>/dev/null |
  sort -t% -k2n | head -n 1)
[ -n "$pane" ] || done_with not-delivered 'it has no session: it is not running'
IFS=' ' read -r target pin dead in_mode command <<EOF
$pane
EOF
[ "$dead" = 0 ] || done_with not-delivered 'the program in its pane has ended'
# tmux names the foreground by the first process of its group: a shell that only runs the agent's command line is none.
case $(ps -ww -o stat= -o args= -p "${pin##*/}" 2>/dev/null) in
  *+*' -c '*) command='' ;;
esac
case $command in
  sh | bash | dash | zsh | fish | ksh | mksh | tcsh | csh | ash)
    done_with not-delivered "a shell is in the foreground of its pane: $command" ;;
esac
[ "$in_mode" = 0 ] || on_socket copy-mode -q -t "$target"

# The server itself compares and acts in one step: nothing reaches a pane that was replaced meanwhile.
pinned() {
  on_socket if-shell -F -t "$target" \
    "#{==:#{pid}/#{start_time}/#{pane_pid}/#{pane_dead}#{pane_in_mode}#{pane_input_off}#{pane_synchronized},$pin/0000}" \
    "$1" 'display-message -p changed'
}
buffer="mosaic-$id"
printf '%s' "[$sender -> $to #$id] $text" | sed -e 's/\([@$][^[:space:]]*\)$/\1 /' -e 's/\\$/\\ /' | on_socket load-buffer -b "$buffer" - ||
  done_with not-delivered 'tmux did not take the message'
if [ -n "$(pinned "paste-buffer -p -r -d -b $buffer -t $target" 2>&1)" ]; then
  on_socket delete-buffer -b "$buffer" 2>/dev/null || :
  done_with not-delivered 'its pane takes no input, or changed between the look and the paste'
fi
sleep 1
[ -z "$(pinned "send-keys -t $target Enter" 2>&1)" ] ||
  done_with unknown 'the pane changed after the text was typed; Enter was not pressed'
done_with unknown 'typed and submitted; without mosaic nobody sees whether a turn began'
