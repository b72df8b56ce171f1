/** For whoever asks the store's service: it loads no SQL and no store. */
export { connectStore } from "./store-client.ts";
export { storePlace, type StorePlace } from "./store-place.ts";
