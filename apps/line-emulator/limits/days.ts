/** `yyyyMMdd`, and in the calendar. */
export function isDay(date: unknown): date is string {
  if (typeof date !== 'string' || !/^\d{8}$/.test(date)) return false;
  const iso = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}`;
  const parsed = new Date(`${iso}T00:00:00Z`);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(iso);
}
