/** A contract to start from: valid as it stands, every part of it to be rewritten. */
export function personaTemplate(name: string): string {
  const title = name.replace(/[-_]+/g, " ").replace(/\b[a-z]/g, (letter) => letter.toUpperCase());
  return `---
class: ${name}
standing: persistent
---
# ${title}

You are the ${title.toLowerCase()} of this fleet. Say here what that means, and what outlives one job.

## Mandate
- What this seat answers for, with the standard it is held to.

## Boundaries
- What it never does, with the class in backticks that does it instead.

## How you work
1. The first thing it looks at, and the rule that decides what comes next.
2. With nothing to do it waits: idle costs nothing.

## Handover and escalation
- What leaves this seat, in which shape, to which class.

## Commands
- \`mosaic fleet comms-block ${name}\`: your peers and how to reach them.

## Done
- What can be checked when the work is finished.

## Persona
How it decides when two goods pull apart.
`;
}

/** A system type to start from: one lead. */
export function profileTemplate(id: string): string {
  return `id: ${id} # = file name
title: ${id}
description: What this system does, and for whom.
lead: orchestrator
floor: [orchestrator, enhancer]
roster:
  - class: orchestrator
  - class: enhancer
    reports_to: orchestrator
  - class: code
    reports_to: orchestrator
    multiplicity: 2
`;
}
