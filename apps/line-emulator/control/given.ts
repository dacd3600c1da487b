import type { Channel } from '../channels/channel.js';
import { LineRefusal } from '../messaging-api/line-refusal.js';
import type { Platform } from '../platform.js';
import { field, isObject } from '../validation/problems.js';
import type { JsonObject } from '../validation/problems.js';

export const mistake = (message: string) => new LineRefusal(400, message);

/** What a control request brought, body or query, read field by field; a wrong type is a mistake named by its field. */
export class Given {
  private readonly values: JsonObject;

  constructor(source: unknown) {
    if (source !== undefined && source !== null && !isObject(source)) throw mistake('the body must be an object');
    this.values = source ?? {};
  }

  has(name: string): boolean {
    return field(this.values, name) !== undefined;
  }

  all(): JsonObject {
    return this.values;
  }

  raw(name: string): unknown {
    return field(this.values, name);
  }

  text(name: string): string {
    const value = this.optionalText(name);
    if (value === undefined) throw mistake(`${name} is missing`);
    return value;
  }

  optionalText(name: string): string | undefined {
    const value = this.raw(name);
    if (value !== undefined && typeof value !== 'string') throw mistake(`${name} must be a string`);
    return value;
  }

  /** A number of at least `min`; queries bring it as text. */
  optionalNumber(name: string, min = 0): number | undefined {
    const value = this.raw(name);
    if (value === undefined) return undefined;
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number) || number < min) {
      throw mistake(`${name} must be a number of at least ${min}`);
    }
    return number;
  }

  optionalWhole(name: string, min = 0): number | undefined {
    const value = this.optionalNumber(name, min);
    if (value !== undefined && !Number.isSafeInteger(value)) throw mistake(`${name} must be a whole number`);
    return value;
  }

  optionalBoolean(name: string): boolean | undefined {
    const value = this.raw(name);
    if (value === undefined || typeof value === 'boolean') return value;
    if (value === 'true' || value === 'false') return value === 'true';
    throw mistake(`${name} must be true or false`);
  }

  optionalOneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.optionalText(name);
    if (value === undefined) return undefined;
    const found = allowed.find((one) => one === value);
    if (found === undefined) throw mistake(`${name} must be one of ${allowed.join(', ')}`);
    return found;
  }

  list(name: string): unknown[] {
    const value = this.raw(name);
    if (!Array.isArray(value)) throw mistake(`${name} must be a list`);
    return value;
  }

  texts(name: string): string[] {
    return this.list(name).map((value) => {
      if (typeof value !== 'string') throw mistake(`${name} must be a list of strings`);
      return value;
    });
  }

  objects(name: string): JsonObject[] {
    return this.list(name).map((value) => {
      if (!isObject(value)) throw mistake(`${name} must be a list of objects`);
      return value;
    });
  }

  /** The channel named by `channelId`; 404 if there is none. */
  channel(platform: Platform): Channel {
    const channel = platform.channel(this.text('channelId'));
    if (!channel) throw new LineRefusal(404, 'no such channel');
    return channel;
  }

  /** The person named by `userId`, as a number; 404 for an id never heard of. */
  user(channel: Channel): number {
    const user = channel.users.find(this.text('userId'));
    if (user === undefined) throw new LineRefusal(404, 'no such user');
    return user;
  }
}
