import { portable } from "./portable.ts";
import { embeddedStore } from "./stores.ts";

portable("the embedded store", embeddedStore);
