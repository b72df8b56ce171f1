import { library } from "../../tooling/tsup.ts";

export default library(["src/index.ts", "src/pane.ts", "src/store.ts", "src/unit-session.ts"]);
