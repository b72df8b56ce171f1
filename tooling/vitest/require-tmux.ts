import { spawnSync } from "node:child_process";

export function setup(): void {
  const { status } = spawnSync("tmux", ["-V"], { stdio: "ignore" });
  if (status === 0) return;
  throw new Error(
    "The tmux tests need tmux. Install it: apt-get install tmux (Debian), brew install tmux (macOS).",
  );
}
