import { CODEX } from "./runtime-codex.ts";
import { conformance } from "./runtime-conformance.ts";

conformance(CODEX);
