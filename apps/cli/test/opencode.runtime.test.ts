import { OPENCODE } from "./runtime-opencode.ts";
import { conformance } from "./runtime-conformance.ts";

conformance(OPENCODE);
