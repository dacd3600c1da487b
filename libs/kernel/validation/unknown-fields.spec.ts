import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsInt, ValidateNested } from 'class-validator';
import { AppError } from '../app-error.js';
import { Discriminated } from './field-marks.js';
import { check, parse } from './parse.js';
import { IsId } from './shared-fields.js';
import { oneOf } from './union.js';

class Visit {
  @IsId() id: string;
}

class Trip {
  @IsInt() days: number;
  @ValidateNested({ each: true }) @Type(() => Visit) visits: Visit[];
}

class Not {
  @Discriminated('kind', () => rules) rule: object;
}

const rules = { not: Not, trip: Trip };
const rule = oneOf('kind', () => rules);

function errorsOf(plain: unknown): Record<string, string> {
  return Object.fromEntries((check(Visit, plain).errors ?? []).map(({ path, detail }) => [path, detail]));
}

describe('Unknown fields', () => {
  it('are refused, prototype keys among them, with their names escaped', () => {
    const plain: unknown = JSON.parse('{"id":"v","a/b~c":1,"__proto__":{"x":1},"constructor":1,"prototype":1}');
    expect(errorsOf(plain)).toEqual({
      '/a~1b~0c': 'is not a known field',
      '/__proto__': 'is not a known field',
      '/constructor': 'is not a known field',
      '/prototype': 'is not a known field',
    });
    expect(errorsOf({ id: 'v', ['x'.repeat(1000)]: 1 })).toEqual({ '': 'has an unknown field' });
    expect(() => parse(rule, { kind: '__proto__' })).toThrow(AppError);
  });

  it('are left out where they are to be ignored, all the way down, and what is known is looked at as ever', () => {
    const plain: unknown = JSON.parse('{"days":1,"x":1,"__proto__":{"y":1},"visits":[{"id":"v","x":"\\u0000"}]}');
    const known = { days: 1, visits: [Object.assign(new Visit(), { id: 'v' })] };
    expect(parse(Trip, plain, { ignoreUnknown: true })).toStrictEqual(Object.assign(new Trip(), known));
    const nested = { kind: 'not', x: 1, rule: { kind: 'trip', ...(plain as object) } };
    expect(parse(rule, nested, { ignoreUnknown: true })).toEqual({ kind: 'not', rule: { kind: 'trip', ...known } });
    const wrong = { days: 1.5, visits: [{ x: 1 }] };
    expect(check(Trip, wrong, { ignoreUnknown: true }).errors).toMatchObject([
      { path: '/days' },
      { path: '/visits/0/id' },
    ]);
  });
});
