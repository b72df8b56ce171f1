import { portable } from "./portable.ts";
import { serverStore } from "./stores.ts";

portable("the server", serverStore);
