#!/bin/sh
# What mosaic-agent@NAME.service runs: starts the session of one agent in the server of mosaic-tmux-holder.service, stays
# as long as the agent's program runs, and ends as that ended.
#
#   start-agent-session.sh NAME
#   start-agent-session.sh --stop NAME     ends that session and no other
set -u

home=${MOSAIC_HOME:-$HOME/.config/mosaic}
# From outside the agent's pane: what is called here is not called by the agent.
unset MOSAIC_AGENT_NAME
mosaic() {
  "$home/fleet/run/bin/mosaic" session "$@"
}

if [ "${1-}" = --stop ]; then
  # Also called after the program has ended by itself: its session stays, for its last lines.
  [ -n "${MAINPID-}" ] || exit 0
  # The shell that waits goes first: it would take the end for a failure.
  kill "$MAINPID" 2>/dev/null
  mosaic stop "$2"
  exit
fi

name=${1:?usage: start-agent-session.sh NAME}
# The process id of its program, and the session's id.
started=$(mosaic start "$name") || exit
pid=${started%% *}
session=${started#* }

# Told by the kernel, at no cost: neither is a process asked for, nor one that is gone mistaken for a later one.
# A program that has ended stays a zombie until tmux collects it.
running() {
  read -r stat <"/proc/$pid/stat" || return 1
  stat=${stat##*) }
  case $stat in [XZ]*) return 1 ;; esac
  # Its start time, the 22nd field: a later process of the same id has another.
  # shellcheck disable=SC2086 # One word per field.
  set -- $stat
  [ "${20}" = "${since:=${20}}" ]
} 2>/dev/null

running
systemd-notify --ready --status="The program of $name is process $pid." || exit
while running; do sleep 1; done
mosaic ended "$name" "$session"
