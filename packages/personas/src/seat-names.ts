/** The names of a class's seats: the class itself, or numbered from 0 when there are several. */
export function seatNames(seat: { readonly class: string; readonly multiplicity: number }): string[] {
  if (seat.multiplicity === 1) return [seat.class];
  return Array.from({ length: seat.multiplicity }, (_, index) => `${seat.class}${String(index)}`);
}
