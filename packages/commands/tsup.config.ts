import { library } from "../../tooling/tsup.ts";

export default library([
  "src/tmux.ts",
  "src/ps.ts",
  "src/ssh.ts",
  "src/systemd.ts",
  "src/package-managers.ts",
  "src/runtimes.ts",
]);
