/** A moment as the clock on the wall of a zone shows it, as inputs of the kind datetime-local take it. */
export function toWallClock(at: number, timeZone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return format.format(at).replace(' ', 'T');
}

/** The moment at which that clock shows this; the earlier or later one near a change of the clock. NaN for what is no time. */
export function fromWallClock(written: string, timeZone: string): number {
  const wanted = Date.parse(`${written}Z`);
  const offsetAt = (at: number) => Date.parse(`${toWallClock(at, timeZone)}Z`) - Math.floor(at / 1_000) * 1_000;
  if (Number.isNaN(wanted)) return Number.NaN;
  const near = wanted - offsetAt(wanted);
  return wanted - offsetAt(near);
}
