/** The whole days from one date to another, as the browser counts them; an end that is left open stays so. */
export function daySpan(from: string | undefined, to: string | undefined): { from?: string; to?: string } {
  const end = to === undefined ? undefined : new Date(`${to}T00:00:00`);
  end?.setDate(end.getDate() + 1);
  return {
    ...(from && { from: new Date(`${from}T00:00:00`).toISOString() }),
    ...(end && { to: end.toISOString() }),
  };
}
