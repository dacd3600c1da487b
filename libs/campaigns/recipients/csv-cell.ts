/** What spreadsheets take for a formula, a command or the end of a cell; also as Japanese keyboards write it. */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * A value as a cell of a CSV file (RFC 4180). What a spreadsheet would calculate gets an apostrophe before it, so that it
 * is shown instead: https://owasp.org/www-community/attacks/CSV_Injection
 */
export function csvCell(value: string | number | Date | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return value.toISOString();
  const shown = FORMULA.test(value) ? `'${value}` : value;
  return /["',\r\n]/.test(shown) ? `"${shown.replaceAll('"', '""')}"` : shown;
}

export function csvRow(values: readonly (string | number | Date | null)[]): string {
  return `${values.map(csvCell).join(',')}\r\n`;
}
