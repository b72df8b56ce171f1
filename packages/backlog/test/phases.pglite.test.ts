import { phases } from "./phases.ts";
import { embeddedStore } from "./stores.ts";

phases("the embedded store", embeddedStore);
