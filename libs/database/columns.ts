/**
 * Columns of rows as Postgres arrays in its binary format, for `unnest(${bigints(…)}::bigint[], …)`. As text each value
 * would be written, escaped, copied and parsed again, which was a fifth of what storing a batch of events costs.
 *
 * An array is: dimensions, whether it holds nulls, type of its elements, length, first index, then each element behind its
 * length in bytes. All numbers have their high byte first.
 * https://www.postgresql.org/docs/18/protocol-overview.html, array_recv in src/backend/utils/adt/arrayfuncs.c
 */

/** Object ids of types, which never change: src/include/catalog/pg_type.dat. */
const TYPE = { boolean: 16, bigint: 20, smallint: 21, integer: 23, text: 25, timestamptz: 1184 } as const;
const HEADER_BYTES = 20;
const NULL = -1;
const WORD = 2 ** 32;
/** Instants are counted in microseconds from here. */
const EPOCH_MS = Date.UTC(2000, 0, 1);

export function booleans(values: readonly (boolean | null)[]): Buffer {
  return fixed(TYPE.boolean, 1, values, (array, value, at) => array.writeUInt8(value ? 1 : 0, at));
}

export function smallints(values: readonly (number | null)[]): Buffer {
  return fixed(TYPE.smallint, 2, values, (array, value, at) => array.writeInt16BE(value, at));
}

export function integers(values: readonly (number | null)[]): Buffer {
  return fixed(TYPE.integer, 4, values, (array, value, at) => array.writeInt32BE(value, at));
}

/** Also as decimal digits, which is how the driver gives bigints. */
export function bigints(values: readonly (number | bigint | string | null)[]): Buffer {
  return fixed(TYPE.bigint, 8, values, writeBigint);
}

/** Milliseconds since 1970. */
export function instants(values: readonly (number | null)[]): Buffer {
  return fixed(TYPE.timestamptz, 8, values, (array, value, at) => {
    // Microseconds of far years are more than a double holds: high and low word are multiplied apart.
    const milliseconds = value - EPOCH_MS;
    const high = Math.floor(milliseconds / WORD);
    const low = (milliseconds - high * WORD) * 1_000;
    const carry = Math.floor(low / WORD);
    array.writeInt32BE(high * 1_000 + carry, at);
    array.writeUInt32BE(low - carry * WORD, at + 4);
  });
}

export function texts(values: readonly (string | null)[]): Buffer {
  const bytes = values.reduce((sum, value) => sum + 4 + (value === null ? 0 : Buffer.byteLength(value)), 0);
  const array = header(TYPE.text, values, bytes);
  let at = HEADER_BYTES;
  for (const value of values) {
    const written = value === null ? 0 : array.write(value, at + 4);
    array.writeInt32BE(value === null ? NULL : written, at);
    at += 4 + written;
  }
  return array;
}

type Write<T> = (array: Buffer, value: T, at: number) => void;

function fixed<T>(type: number, size: number, values: readonly (T | null)[], write: Write<T>): Buffer {
  const nulls = values.reduce((count, value) => count + Number(value === null), 0);
  const array = header(type, values, values.length * (4 + size) - nulls * size);
  let at = HEADER_BYTES;
  for (const value of values) {
    array.writeInt32BE(value === null ? NULL : size, at);
    at += 4;
    if (value === null) continue;
    write(array, value, at);
    at += size;
  }
  return array;
}

function header(type: number, values: readonly unknown[], bytes: number): Buffer {
  const array = Buffer.allocUnsafe(HEADER_BYTES + bytes);
  array.writeInt32BE(1, 0);
  array.writeInt32BE(values.includes(null) ? 1 : 0, 4);
  array.writeInt32BE(type, 8);
  array.writeInt32BE(values.length, 12);
  array.writeInt32BE(1, 16);
  return array;
}

function writeBigint(array: Buffer, value: number | bigint | string, at: number): void {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    array.writeBigInt64BE(BigInt(value), at);
    return;
  }
  const high = Math.floor(number / WORD);
  array.writeInt32BE(high, at);
  array.writeUInt32BE(number - high * WORD, at + 4);
}
