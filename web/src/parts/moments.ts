const formats = new Map<string, Intl.DateTimeFormat>();

/** "26 Nov 2026, 02:41:07 CET". */
export function showTime(at: string | number | Date, timeZone?: string): string {
  const key = timeZone ?? '';
  const format =
    formats.get(key) ??
    new Intl.DateTimeFormat('en-GB', {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      timeZoneName: 'short',
      ...(timeZone && { timeZone }),
    });
  formats.set(key, format);
  return format.format(new Date(at));
}
