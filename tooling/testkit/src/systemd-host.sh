#!/bin/sh
# Boots a small system manager with what users' service managers need, as process 1 of namespaces of its own, on the
# file system of this machine. Says `ready PID SELF` when it is up, PID being that process 1, and ends it when it is
# told to end. Needs root, a cgroup2 mount, util-linux, systemd, dbus and libpam-systemd; polkitd where asked for.
#
#   systemd-host.sh USER UID HOME STATE PROGRAMS
#
# USER may be made up. HOME becomes the user's home. In STATE lies what outlives a reboot: who may linger. PROGRAMS is
# a folder that everybody may read, and is seen at /run/programs: the checkout may lie where USER may not look.
# Seen inside only: /run, /var/lib/systemd, the folder of the user's tmux sockets, the home, users and groups.
set -eu

UNITS=/run/host/units

# Process 1: makes the namespaces its own and becomes the manager.
become_manager() {
  mount -t proc proc /proc
  # Without the version 1 trees of a hybrid machine, and rooted in the cgroup that this started in.
  umount -R /sys/fs/cgroup
  mount -t cgroup2 cgroup2 /sys/fs/cgroup
  mount -o bind /proc/sys /proc/sys
  mount -o remount,bind,ro /proc/sys
  mkdir -p "$STATE/systemd"
  mount -t tmpfs -o mode=755 tmpfs /run
  mount -o bind "$STATE/systemd" /var/lib/systemd
  # Kept logs are split by user, and each may read their own.
  mount -t tmpfs -o mode=755 tmpfs /var/log
  mkdir -m 2755 /var/log/journal
  for device in console kmsg; do [ ! -e "/dev/$device" ] || mount -o bind /dev/null "/dev/$device"; done
  mkdir -p "$UNITS" /run/host/generators /run/lock /run/dbus /run/user /run/programs
  mount -o bind "$PROGRAMS" /run/programs

  # systemd takes /root for the home of uid 0, whatever passwd says.
  if [ "$UID_" = 0 ]; then home=/root; else home=$HOME_; fi
  [ "$home" = "$HOME_" ] || mount -o bind "$HOME_" "$home"
  { grep -v "^$USER_:" /etc/passwd || :; echo "$USER_:*:$UID_:$UID_::$home:/bin/bash"; } >/run/host/passwd
  { grep -v "^$USER_:" /etc/group || :; echo "$USER_:x:$UID_:"; } >/run/host/group
  mount -o bind /run/host/passwd /etc/passwd
  mount -o bind /run/host/group /etc/group
  mkdir -p "/tmp/tmux-$UID_"
  mount -t tmpfs -o "mode=700,uid=$UID_,gid=$UID_" tmpfs "/tmp/tmux-$UID_"

  # Only these units exist for the manager, so that no service of this machine can be started.
  wanted='dbus.service dbus.socket systemd-logind.service user@.service user-runtime-dir@.service user.slice
    systemd-journald.service systemd-journald.socket systemd-journald-dev-log.socket
    sysinit.target basic.target sockets.target paths.target timers.target slices.target local-fs.target
    shutdown.target umount.target'
  [ "$POLKIT" = no ] || wanted="$wanted polkit.service"
  for unit in $wanted; do
    for folder in /lib/systemd/system /usr/lib/systemd/system; do
      [ ! -e "$folder/$unit" ] || cp -L "$folder/$unit" "$UNITS/"
    done
  done
  ln -s systemd-logind.service "$UNITS/dbus-org.freedesktop.login1.service"
  printf '%s\n' '[Unit]' 'Requires=basic.target dbus.service systemd-logind.service' \
    'Wants=systemd-journald.service' 'After=basic.target dbus.service systemd-logind.service' >"$UNITS/host.target"
  exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin container=mosaic-test LANG=C.UTF-8 \
    SYSTEMD_UNIT_PATH="$UNITS" SYSTEMD_GENERATOR_PATH=/run/host/generators \
    /lib/systemd/systemd --system --unit=host.target --show-status=no --log-target=journal
}

USER_=$1 UID_=$2 HOME_=$3 STATE=$4 PROGRAMS=$5
POLKIT=${MOSAIC_TEST_POLKIT:-yes}
if [ "${6-}" = --as-process-1 ]; then become_manager; fi

fail() {
  echo "systemd-host: $*" >&2
  exit 70
}
tree=$(awk '$3 == "cgroup2" { print $2; exit }' /proc/mounts)
[ -n "$tree" ] || fail 'this machine has no cgroup2 mount'
group=$tree/mosaic-test-$$
mkdir "$group" || fail "cannot make a cgroup in $tree"
log=$STATE/boot.log
up=
# By the kernel, in one step: everything that was started in here, and nothing else.
leave() {
  status=$?
  trap - EXIT HUP INT TERM
  echo 1 >"$group/cgroup.kill" 2>/dev/null || :
  [ -z "$up" ] || wait "$up" 2>/dev/null || :
  tries=0
  while [ -d "$group" ] && [ "$tries" -lt 200 ]; do
    find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || :
    tries=$((tries + 1))
    sleep 0.02
  done
  exit "$status"
}
trap leave EXIT
trap 'exit 143' HUP INT TERM

# A manager that starts in the root cgroup takes every process of the machine for its own. Hence the check.
# shellcheck disable=SC2016 # Expanded by the inner shell.
setpriv --pdeathsig KILL unshare --mount --pid --ipc --uts --fork --kill-child --propagation private sh -c '
  echo 0 >"$1/cgroup.procs"
  [ "$(sed -n "s/^0:://p" /proc/self/cgroup)" != / ] || exit 71
  shift
  exec unshare --cgroup sh "$@"' sh "$group" "$0" "$1" "$2" "$3" "$4" "$5" --as-process-1 </dev/null >"$log" 2>&1 &
up=$!

tries=0
first=
state=
while [ "$tries" -lt 400 ]; do
  kill -0 "$up" 2>/dev/null || break
  [ -n "$first" ] || first=$(ps -o pid= --ppid "$up" | tr -d ' ')
  if [ -n "$first" ] && [ "$(cat "/proc/$first/comm" 2>/dev/null)" = systemd ]; then
    state=$(nsenter -t "$first" -m -p -i -u -C -- systemctl is-system-running 2>/dev/null) || :
    case $state in running | degraded) break ;; esac
  fi
  tries=$((tries + 1))
  sleep 0.02
done
case $state in
  running | degraded) ;;
  *)
    cat "$log" >&2
    fail "no manager came up (${state:-no state})"
    ;;
esac
nsenter -t "$first" -m -p -i -u -C -- journalctl --flush
echo "ready $first $$"
# Whoever reads may be gone by then.
exec >/dev/null
wait "$up"
