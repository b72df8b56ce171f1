import { classifyReadiness, parseAgentName, parseHeartbeat, sanitize } from "@mosaic/fleet-model";

export function example(heartbeat: string, now: number): string {
  const { readiness, rule } = classifyReadiness({
    paneAlive: true,
    heartbeat: parseHeartbeat(heartbeat),
    idleSeconds: 4,
    idleThresholdSeconds: 300,
    now,
  });
  return sanitize(`${parseAgentName("code0")} is ${readiness}: ${rule}`);
}
