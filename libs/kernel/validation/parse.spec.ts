import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import {
  Allow,
  ArrayMaxSize,
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateIf,
  ValidateNested,
  registerDecorator,
} from 'class-validator';
import { AppError } from '../app-error.js';
import { CheckedLater, Discriminated, Nullable } from './field-marks.js';
import { check, parse } from './parse.js';
import { AtLeastOneOf, ExactlyOneOf, Refine } from './refinements.js';
import { IsAmount, IsId, IsInstant, IsText } from './shared-fields.js';
import { oneOf } from './union.js';

class Line {
  @IsId() productId: string;
  @IsInt() @Min(1) quantity: number;
  @IsOptional() @IsAmount() unitPrice?: number;
}

class Purchase {
  @IsId() id: string;
  @IsInstant() occurredAt: string;
  @IsAmount() total: number;
  @IsOptional() @Nullable() @IsText(10) note?: string | null;
  @IsOptional() @ArrayMaxSize(3) @ValidateNested({ each: true }) @Type(() => Line) lines?: Line[];
  @IsOptional() @IsInt({ each: true }) @ArrayNotEmpty() months?: number[];
  @IsOptional() @IsObject() attributes?: object;
}

class Visit {
  @IsId() id: string;
}

@Refine<Bounds>((bounds) =>
  bounds.gte! > bounds.lte! ? { path: '/lte', detail: 'must not be less than gte' } : undefined,
)
@AtLeastOneOf('gte', 'lte')
class Bounds {
  @IsOptional() @IsInt() gte?: number;
  @IsOptional() @IsInt() lte?: number;
}

@Refine<Strict>(({ text }) => (text.trim() ? undefined : { path: '/text', detail: 'must not be blank' }))
class Strict {
  @IsString() text: string;
}

class Not {
  @Discriminated('kind', () => rules) rule: object;
}

class All {
  @ArrayNotEmpty() @Discriminated('kind', () => rules, { each: true }) rules: object[];
}

class Visits {
  readonly kind = 'visit';
  @ValidateNested() count: Bounds;
}

const rules = { not: Not, all: All, visit: Visits };

const good = { id: 'e1', occurredAt: '2026-04-01T00:00:00Z', total: 12.5 };

function errorsOf(of: Parameters<typeof check>[0], plain: unknown): Record<string, string> {
  return Object.fromEntries((check(of, plain).errors ?? []).map(({ path, detail }) => [path, detail]));
}

describe('parse', () => {
  it('makes instances all the way down', () => {
    const purchase = parse(Purchase, { ...good, lines: [{ productId: 'p', quantity: 2 }] });
    expect(purchase).toBeInstanceOf(Purchase);
    expect(purchase.lines?.[0]).toBeInstanceOf(Line);
    expect(purchase).toEqual({ ...good, lines: [{ productId: 'p', quantity: 2 }] });
  });

  it('names every offender by its JSON pointer, the missing ones by the place where they belong', () => {
    const lines = [{ productId: 'p' }, { productId: '', quantity: 1.5, unitPrice: -1 }, 7];
    expect(errorsOf(Purchase, { id: 5, total: '1', lines, months: [1, 'x'] })).toEqual({
      '/id': 'must be 1 to 128 characters without control characters',
      '/occurredAt': 'is missing',
      '/total': 'must be an amount of 0 or more',
      '/lines/0/quantity': 'is missing',
      '/lines/1/productId': 'must be 1 to 128 characters without control characters',
      '/lines/1/quantity': 'must be an integer number',
      '/lines/1/unitPrice': 'must be an amount of 0 or more',
      '/lines/2': 'must be an object',
      '/months/1': 'must be an integer number',
    });
  });

  it('throws all errors as one refusal', () => {
    expect(() => parse(Purchase, {})).toThrow(AppError);
    expect(() => parse(Purchase, [])).toThrow(expect.objectContaining({ code: 'request.invalid', status: 400 }));
  });

  it('takes null only where it says so', () => {
    expect(parse(Purchase, { ...good, note: null }).note).toBeNull();
    expect(errorsOf(Purchase, { ...good, id: null, lines: null })).toEqual({
      '/id': 'must not be null',
      '/lines': 'must not be null',
    });
  });

  it('wants a list where a list is declared', () => {
    expect(errorsOf(Purchase, { ...good, lines: {}, months: 5 })).toEqual({
      '/lines': 'must be a list',
      '/months': 'must be a list',
    });
    expect(errorsOf(Purchase, { ...good, lines: [{}, {}, {}, {}] })).toEqual({
      '/lines': 'must contain no more than 3 elements',
    });
  });

  it('chooses the class of an object by its discriminator, as deep as it goes', () => {
    const rule = { kind: 'all', rules: [{ kind: 'not', rule: { kind: 'visit', count: { gte: 1 } } }] };
    const parsed = parse(
      oneOf('kind', () => rules),
      rule,
    );
    expect(parsed).toBeInstanceOf(All);
    expect(parsed).toEqual(rule);
    expect(
      errorsOf(
        oneOf('kind', () => rules),
        { kind: 'all', rules: [{ kind: 'nope' }, {}, { kind: 5 }] },
      ),
    ).toEqual({
      '/rules/0/kind': 'must be one of not, all, visit',
      '/rules/1/kind': 'is missing',
      '/rules/2/kind': 'must be one of not, all, visit',
    });
  });

  it('asks what concerns several fields once each is right for itself', () => {
    expect(errorsOf(Bounds, {})).toEqual({ '': 'must have at least one of gte, lte' });
    expect(errorsOf(Visits, { kind: 'visit', count: { gte: 2, lte: 1 } })).toHaveProperty('/kind');
    expect(
      errorsOf(
        oneOf('kind', () => rules),
        { kind: 'visit', count: { gte: 2, lte: 1 } },
      ),
    ).toEqual({
      '/count/lte': 'must not be less than gte',
    });
    expect(errorsOf(Bounds, { gte: 'x' })).toEqual({ '/gte': 'must be an integer number' });
    @ExactlyOneOf('a', 'b')
    class Either {
      @IsOptional() @IsInt() a?: number;
      @IsOptional() @IsInt() b?: number;
    }
    expect(errorsOf(Either, { a: 1, b: 1 })).toEqual({ '': 'must have exactly one of a, b' });
    expect(errorsOf(Either, {})).toEqual({ '': 'must have exactly one of a, b' });
    expect(errorsOf(Either, { b: 1 })).toEqual({});
  });

  it('refuses what could not be stored, wherever it stands', () => {
    class Loose {
      @IsOptional() @IsString() text?: string;
      @IsOptional() @IsObject() json?: object;
      @IsOptional() @Allow() any?: unknown;
    }
    expect(errorsOf(Loose, { text: 'a\0', json: { a: [{ b: '\ud800' }] }, any: 1e999 })).toEqual({
      '/text': 'must not contain a NUL character',
      '/json/a/0/b': 'must not contain half of a surrogate pair',
      '/any': 'must be a finite number',
    });
    const poisoned: unknown = JSON.parse('{"json":{"a":{"__proto__":{}}}}');
    expect(errorsOf(Loose, poisoned)).toEqual({ '/json/a': 'has a field with a name that is not allowed' });
    const deep = JSON.parse(`${'[{"a":'.repeat(5000)}1${'}]'.repeat(5000)}`) as object[];
    expect(Object.values(errorsOf(Loose, { json: deep[0] }))).toEqual(['is nested too deeply']);
    let rule: object = { kind: 'visit' };
    for (let i = 0; i < 5000; i++) rule = { kind: 'not', rule };
    expect(
      Object.values(
        errorsOf(
          oneOf('kind', () => rules),
          rule,
        ),
      ),
    ).toEqual(['is nested too deeply']);
  });

  it('leaves to later what says so', () => {
    class Batch {
      @ArrayMaxSize(2) @CheckedLater() events: unknown[];
    }
    expect(parse(Batch, { events: [{ id: '\0' }] }).events).toEqual([{ id: '\0' }]);
    expect(check(Visit, { id: '\0' }, '/events/0').errors).toEqual([
      { path: '/events/0/id', detail: 'must be 1 to 128 characters without control characters' },
    ]);
  });

  it('honours every decorator of class-validator, also those of others', () => {
    const Even = (): PropertyDecorator => (target, property) =>
      registerDecorator({
        name: 'even',
        target: target.constructor,
        propertyName: String(property),
        validator: {
          validate: (value) => Number(value) % 2 === 0,
          defaultMessage: () => '$property must be even, not $value',
        },
      });
    class Own {
      @Even() even: number;
      @Matches(/^a/) text: string;
      @ValidateIf((own: Own) => own.even === 2) @IsString() sometimes: unknown;
    }
    expect(errorsOf(Own, { even: 3, text: 'secret', sometimes: 5 })).toEqual({
      '/even': 'must be even, not it',
      '/text': 'must match /^a/ regular expression',
    });
    expect(errorsOf(Own, { even: 2, text: 'a', sometimes: 5 })).toEqual({ '/sometimes': 'must be a string' });
  });

  it('reads numbers and booleans from text where asked to', () => {
    class Query {
      @IsInt() @Max(100) limit = 50;
      @IsOptional() @IsBoolean() all?: boolean;
      @IsOptional() @IsIn(['a', 'b'], { each: true }) states?: string[];
    }
    expect(parse(Query, { limit: '7', all: 'false', states: 'a' }, { text: true })).toEqual({
      limit: 7,
      all: false,
      states: ['a'],
    });
    expect(check(Query, { limit: '1e3' }, { text: true }).errors).toEqual([
      { path: '/limit', detail: 'must be an integer number' },
    ]);
  });

  it('lets a subclass add to and restate the fields of its parent', () => {
    class Event {
      @IsId() id: string;
      @IsOptional() @IsInt() n?: number;
    }
    class Named extends Event {
      @IsText(5) name: string;
    }
    expect(errorsOf(Named, { id: '', name: 'toolong' })).toEqual({
      '/id': 'must be 1 to 128 characters without control characters',
      '/name': 'must be text of 0 to 5 characters',
    });
  });

  it('keeps a default that was not overwritten', () => {
    class Defaults {
      @IsOptional() @IsInt() limit = 50;
    }
    expect(parse(Defaults, {}).limit).toBe(50);
  });

  it('asks nothing of several fields once too much is wrong to be described', () => {
    class Many {
      @IsInt({ each: true }) numbers: number[];
      @IsOptional() @ValidateNested() @Type(() => Strict) strict?: Strict;
    }
    expect(check(Many, { numbers: Array(100).fill('x'), strict: { text: 5 } }).errors).toHaveLength(50);
  });

  it('stops describing after fifty errors', () => {
    const plain = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x${i}`, 1]));
    expect(check(Visit, plain).errors).toHaveLength(50);
  });
});
