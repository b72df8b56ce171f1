#!/bin/sh
# Writes what an event of a runtime says into the heartbeat and the turn events of its agent.
#   report.sh WORD < EVENT      WORD: started, prompt, busy, blocked, done, failed
# EVENT is the runtime's own JSON, one line. It never fails and never prints: a runtime reads what its hooks say.
set -u
word=${1-}
event=$(cat)
[ -n "${MOSAIC_REPORT_HEARTBEAT-}" ] || exit 0
exec >/dev/null 2>&1
umask 077

# The text at a key of a JSON object, as it is written. A quote before a key cannot stand inside another text.
at() {
  case $1 in
    *"\"$2\":\""*) rest=${1#*"\"$2\":\""} && printf '%s' "${rest%%\"*}" ;;
  esac
}
# A text of the runtime's at a key, still escaped.
said() {
  printf '%s' "$event" | sed -nE 's/^.*"'"$1"'":"(([^"\\]|\\.)*)".*$/\1/p'
}
# The first text in a tool's input, still escaped.
asked() {
  printf '%s' "$event" | sed -nE 's/^.*"tool_input":\{"[A-Za-z_]+":"(([^"\\]|\\.)*)".*$/: \1/p'
}
# The id in the header that the prompt begins with; claude puts a long paste into a tag of its own.
message() {
  rest=${event#*'"prompt":"'}
  case $rest in '\n\n<pasted_content id='* | '<pasted_content id='*) rest=${rest#*'>\n'} ;; esac
  case $rest in
    '['*' -> '*' #'*'] '*) rest=${rest%%'] '*} && rest=${rest##*' #'} ;;
    *) return ;;
  esac
  case $rest in *[!A-Za-z0-9_.-]*) ;; *) printf '%s' "$rest" ;; esac
}
# How many messages still wait, by what claude wrote down. Of a runtime that lets none wait: 0.
waiting() {
  transcript=$(at "$event" transcript_path)
  came=$(grep -c '"type":"queue-operation","operation":"enqueue"' "$transcript")
  all=$(grep -c '"type":"queue-operation"' "$transcript")
  echo $((${came:-0} * 2 - ${all:-0}))
}
replace() {
  if printf '%s\n' "$2" >"$1.$$.tmp" && mv -f "$1.$$.tmp" "$1"; then return; fi
  rm -f "$1.$$.tmp"
}
tell() {
  id=null
  [ -z "$2" ] || id="\"$2\""
  printf '{"version":1,"ts":%s,"pid":%s,"event":"%s","id":%s}\n' "$now" "$MOSAIC_REPORT_PID" "$1" "$id" \
    >>"$MOSAIC_REPORT_EVENTS"
}

now=$(date +%s%3N)
# Not every date knows milliseconds.
case $now in *[!0-9]*) now=$(date +%s)000 ;; esac

# What this very process reported last.
read -r last <"$MOSAIC_REPORT_HEARTBEAT" || last=
case $last in *"\"pid\":$MOSAIC_REPORT_PID,"*) ;; *) last= ;; esac
state=$(at "$last" state)
queue=$(at "$last" queue)
turn=$(at "$last" turn)
since=${last##*'"since":'}
since=${since%%,*}
session=$(at "$event" session_id)
[ -n "$session" ] || session=$(at "$last" session_id)

next=$state reason=null kind='' id='' begun=''
case $word in
  started)
    case $(at "$event" source) in
      compact) ;;
      clear) next=idle queue='' kind=cleared ;;
      *) next=idle queue='' ;;
    esac
    ;;
  prompt)
    id=$(message)
    # One of the turn that runs waits, or joins it. After an interrupt, which nothing reports, the turn is another.
    mine=$(at "$event" prompt_id)$(at "$event" turn_id)
    case $state:$mine in
      busy:"$turn" | blocked:"$turn") kind=queued queue="$queue $id" ;;
      *) kind=turn-start next=busy turn=$mine ;;
    esac
    ;;
  busy)
    [ "$state" != busy ] || exit 0
    next=busy
    ;;
  blocked)
    next=blocked
    reason="\"$(at "$event" tool_name)$(asked)\""
    ;;
  done | failed)
    next=idle kind=turn-end left=0
    [ -z "$queue" ] || left=$(waiting)
    [ "$left" -le 0 ] || next=busy
    [ "$word:$next" != failed:idle ] || reason="\"$(at "$event" error): $(said last_assistant_message)\""
    # Those that do not wait any more were in the turn that ends; behind them begins the next one.
    # shellcheck disable=SC2086 # One word per id.
    set -- $queue
    while [ $# -gt 0 ] && [ $# -ge "$left" ]; do begun="$begun $1" && shift; done
    queue=$*
    ;;
  *) exit 0 ;;
esac
[ "$state" = "$next" ] && [ -n "$since" ] || since=$now
name=null
[ -z "$session" ] || name="\"$session\""

replace "$MOSAIC_REPORT_HEARTBEAT" \
  "{$MOSAIC_REPORT,\"session_id\":$name,\"state\":\"$next\",\"reason\":$reason,\"since\":$since,\"ts\":$now,\"turn\":\"$turn\",\"queue\":\"${queue# }\"}"
[ -z "$kind" ] || tell "$kind" "$id"
for id in $begun; do tell turn-start "$id"; done

# The conversation that a restart goes on with: one that has a turn.
case $kind in
  turn-start)
    replace "$MOSAIC_REPORT_RECORD" \
      "{$MOSAIC_REPORT_CONVERSATION,\"session_id\":$name,\"transcript\":\"$(at "$event" transcript_path)\"}"
    ;;
  cleared) rm -f "$MOSAIC_REPORT_RECORD" ;;
esac
exit 0
