#!/bin/sh
# Records what comes on standard input in FILE, which only its owner can read. A FILE that is too long becomes FILE.1, over
# the one before. tmux starts this for each agent's pane, and it ends with the pane. Whoever reads the stream needs a new
# terminal where a program begins, and in a new FILE the screen on which the one before ended.
#   record-pane.sh FILE [MAX-BYTES]
set -eu
umask 077

file=$1
max=${2:-4194304}
mkdir -p "${file%/*}"

length() {
  if [ -f "$file" ]; then wc -c <"$file"; else echo 0; fi
}
screen() {
  esc=$(printf '\033')
  case $(grep -aoE "$esc\[\?(1049|47)[hl]" "$file.1" | tail -n 1) in *h) printf '\033[?47h' ;; esac
}
{ printf '\033c' >>"$file"; } 2>/dev/null || :
while :; do
  before=$(length)
  # dd writes what it reads at once; after some reads it is time to look at the length.
  if dd bs=65536 count=64 2>/dev/null >>"$file"; then
    after=$(length)
    [ "$after" -gt "$before" ] || exit 0
    if [ "$after" -ge "$max" ]; then
      mv -f "$file" "$file.1"
      { screen >>"$file"; } 2>/dev/null || :
    fi
  else
    # The disk is full: what comes meanwhile is lost, the pane goes on. Nothing to read is its end.
    IFS= read -r _ || exit 0
    dd bs=65536 count=64 of=/dev/null 2>/dev/null
  fi
done
