#!/bin/sh
# Keeps a heartbeat fresh while the process of the pane lives, and the file of its events small.
#   watch.sh PID HEARTBEAT EVENTS SECONDS
# Only the file's time is touched, so that no report is written over. It ends at the latest with the terminal it was
# started in; a key that the runtime does not read must not end it.
set -u
trap '' INT QUIT TSTP TTIN TTOU
rounds=0
while kill -0 "$1" 2>/dev/null; do
  touch -c "$2"
  if [ $((rounds % 60)) -eq 0 ] && [ -f "$3" ] && [ "$(wc -c <"$3")" -gt 1048576 ]; then mv -f "$3" "$3.1"; fi
  rounds=$((rounds + 1))
  sleep "$4"
done
