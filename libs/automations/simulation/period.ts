/** From an instant on, and before another. */
export interface Period {
  from?: Date;
  to?: Date;
}

export function isIn({ from, to }: Period, at: Date): boolean {
  return (!from || at >= from) && (!to || at < to);
}
