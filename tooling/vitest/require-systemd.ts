import { globSync, readFileSync } from "node:fs";

const FILES: readonly (readonly [string, string])[] = [
  ["/lib/systemd/systemd", "systemd"],
  ["/usr/bin/dbus-daemon", "dbus"],
  ["/{usr/,}lib/**/security/pam_systemd.so", "libpam-systemd"],
  ["/usr/lib/polkit-1/polkitd", "polkitd"],
];

/** A machine with systemd is booted for these tests, whatever runs as process 1 of this one. */
export function setup(): void {
  const missing = FILES.filter(([path]) => globSync(path).length === 0).map(([, name]) => name);
  if (missing.length > 0) throw new Error(`The systemd tests need: apt-get install ${missing.join(" ")}`);
  if (process.getuid?.() !== 0)
    throw new Error("The systemd tests need root: they boot a machine of their own.");
  if (!readFileSync("/proc/mounts", "utf8").includes(" cgroup2 "))
    throw new Error("The systemd tests need a cgroup2 mount: mount -t cgroup2 none /sys/fs/cgroup/unified");
}
