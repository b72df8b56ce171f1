import { library } from "../../tooling/tsup.ts";

export default library(["src/tmux.ts", "src/ps.ts", "src/runtimes.ts"]);
