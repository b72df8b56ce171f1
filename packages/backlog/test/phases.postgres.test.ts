import { phases } from "./phases.ts";
import { serverStore } from "./stores.ts";

phases("the server store", serverStore);
