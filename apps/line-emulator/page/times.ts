const inJapan = (options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('ja-JP', { timeZone: 'Asia/Tokyo', ...options });

export const clockTime = inJapan({ hour: '2-digit', minute: '2-digit' });
export const calendarDay = inJapan({ month: 'long', day: 'numeric', weekday: 'short' });
