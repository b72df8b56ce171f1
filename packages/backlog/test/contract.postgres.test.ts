import { contract } from "./contract.ts";
import { serverStore } from "./stores.ts";

contract("a Postgres server", serverStore);
