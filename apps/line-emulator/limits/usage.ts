const utc9Ms = 9 * 60 * 60 * 1000;

/** `yyyyMMdd` in UTC+9, the day LINE's delivery counts go by. */
export function dayInJapan(at: number): string {
  return new Date(at + utc9Ms).toISOString().slice(0, 10).replaceAll('-', '');
}

/** How many people were reached: per month for the quota, per day and kind of call for the delivery counts. */
export class Usage {
  private readonly months = new Map<string, number>();
  private readonly days = new Map<string, number>();
  private readonly unitsByMonth = new Map<string, Set<string>>();

  /** Replies are free, everything else counts against the quota. */
  count(kind: string, people: number, at: number): void {
    const day = dayInJapan(at);
    const dayKey = `${kind} ${day}`;
    this.days.set(dayKey, (this.days.get(dayKey) ?? 0) + people);
    if (kind !== 'reply') this.months.set(day.slice(0, 6), this.inMonth(at) + people);
  }

  inMonth(at: number): number {
    return this.months.get(dayInJapan(at).slice(0, 6)) ?? 0;
  }

  onDay(kind: string, day: string): number {
    return this.days.get(`${kind} ${day}`) ?? 0;
  }

  /** Notes an aggregation unit; false from the 1,001st name of a month on: the message goes out without it. */
  noteUnit(unit: string, at: number): boolean {
    const names = this.unitsOf(at);
    if (names.size >= 1000 && !names.has(unit)) return false;
    names.add(unit);
    return true;
  }

  unitsOf(at: number): Set<string> {
    const month = dayInJapan(at).slice(0, 6);
    let names = this.unitsByMonth.get(month);
    if (!names) this.unitsByMonth.set(month, (names = new Set()));
    return names;
  }
}
