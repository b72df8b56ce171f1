import { FleetError } from "@mosaic/fleet-model";

export const PROCESS_ERROR_CODES = ["PROCESS_NOT_FOUND", "PROCESS_TIMEOUT", "PROCESS_NOT_STARTED"] as const;

export class ProcessError extends FleetError<(typeof PROCESS_ERROR_CODES)[number]> {}
