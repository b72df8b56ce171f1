import { contract } from "./contract.ts";
import { embeddedStore } from "./stores.ts";

contract("the embedded store", embeddedStore);
