import { AppError } from './app-error.js';

/** 2^53 − 1 minor units: beyond it a JSON number is no longer exact. */
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

const decimalsByCurrency = new Map<string, number>();

/** Decimals of a currency as ISO 4217 has them (JPY 0, USD 2, KWD 3), from the runtime's CLDR data. */
export function currencyDecimals(currency: string): number {
  const known = decimalsByCurrency.get(currency);
  if (known !== undefined) return known;
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  const decimals = format.resolvedOptions().maximumFractionDigits ?? 2;
  decimalsByCurrency.set(currency, decimals);
  return decimals;
}

/**
 * Minor units of an amount, exactly: 19.99 USD → 1999n.
 * @throws AppError `money.invalid` for what is not finite, has more decimals than the currency or is beyond 2^53 − 1 minor units
 */
export function toMinor(amount: number, currency: string): bigint {
  const decimals = currencyDecimals(currency);
  const refuse = (why: string) => new AppError('money.invalid', 400, why);
  if (!Number.isFinite(amount)) throw refuse('must be a finite number');
  // The shortest decimal that names this double is what the sender wrote; multiplying would add its binary error.
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(amount));
  if (!match) throw refuse('must be a plain decimal number');
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const shift = decimals + Number(exponent) - fraction.length;
  const digits = whole + fraction;
  if (shift < 0 && /[1-9]/.test(digits.slice(shift))) throw refuse(`must have at most ${decimals} decimals`);
  const scaled = shift < 0 ? digits.slice(0, shift) || '0' : digits + '0'.repeat(Math.min(shift, 400));
  const minor = BigInt(scaled);
  if (minor > LARGEST) throw refuse('is too large');
  return sign ? -minor : minor;
}

/** The decimal number of an amount in minor units: 1999n USD → 19.99. Exact within 2^53 − 1 minor units. */
export function fromMinor(minor: bigint, currency: string): number {
  const decimals = currencyDecimals(currency);
  if (decimals === 0) return Number(minor);
  const sign = minor < 0n ? '-' : '';
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0');
  return Number(`${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`);
}
