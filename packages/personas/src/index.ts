export { commsBlock } from "./comms-block.ts";
export { composeContract, contractHash, type ContractLayer, type ContractParts } from "./contract.ts";
export {
  PERSONAS_ERROR_CODES,
  PersonasError,
  type PersonasErrorCode,
  type PersonasProblem,
} from "./error.ts";
export type { LayerName, Layers } from "./layers.ts";
export { libraryIndex, summaryOf } from "./library-index.ts";
export { lineDiff } from "./line-diff.ts";
export { openPersonas, type ListedPersona, type Personas, type ResolvedPersona } from "./persona-layers.ts";
export { parsePersona, type Persona } from "./persona.ts";
export { openProfiles, type ListedProfile, type Profiles, type ResolvedProfile } from "./profile-layers.ts";
export { profileTree } from "./profile-tree.ts";
export { parseProfile, type Profile, type ProfileSeat } from "./profile.ts";
export { provision, type Provisioned, type ProvisionedSeat, type ProvisionOptions } from "./provision.ts";
export { parseRuntimeRule, type RuntimeRule } from "./runtime-rule.ts";
export type { PersonaSection } from "./sections.ts";
export { personaTemplate, profileTemplate } from "./template.ts";
