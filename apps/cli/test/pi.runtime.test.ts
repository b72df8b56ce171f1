import { PI } from "./runtime-pi.ts";
import { conformance } from "./runtime-conformance.ts";

conformance(PI);
