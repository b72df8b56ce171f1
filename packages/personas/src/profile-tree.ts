import type { Profile, ProfileSeat } from "./profile.ts";

function label(profile: Profile, seat: ProfileSeat): string {
  const marks = [
    ...(seat.class === profile.lead ? ["lead"] : []),
    ...(profile.floor.includes(seat.class) ? ["floor"] : []),
  ];
  const runtime =
    seat.runtime === undefined ? "" : `  ${[seat.runtime, seat.model_hint ?? ""].join(" ").trim()}`;
  const count = seat.multiplicity === 1 ? "" : ` x${String(seat.multiplicity)}`;
  return `${seat.class}${count}${marks.length === 0 ? "" : ` (${marks.join(", ")})`}${runtime}`;
}

/** The org chart as a drawn tree, one line per class, in the order of the roster. */
export function profileTree(profile: Profile): string[] {
  const below = (name: string | undefined): readonly ProfileSeat[] =>
    profile.roster.filter((seat) => seat.reports_to === name);
  const draw = (seat: ProfileSeat, indent: string): string[] => {
    const children = below(seat.class);
    return children.flatMap((child, index) => {
      const last = index === children.length - 1;
      const line = `${indent}${last ? "└─ " : "├─ "}${label(profile, child)}`;
      return [line, ...draw(child, `${indent}${last ? "   " : "│  "}`)];
    });
  };
  return below(undefined).flatMap((head) => [label(profile, head), ...draw(head, "")]);
}
