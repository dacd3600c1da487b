import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { ArrayNotEmpty, IsInt, IsObject, IsOptional, ValidateNested } from 'class-validator';
import fc from 'fast-check';
import { AppError } from '../app-error.js';
import { Discriminated, Nullable } from './field-marks.js';
import { parse } from './parse.js';
import { AtLeastOneOf } from './refinements.js';
import { IsAmount, IsId, IsText } from './shared-fields.js';
import { oneOf } from './union.js';

class Line {
  @IsOptional() @IsInt() gte?: number;
  @IsOptional() @IsAmount() total?: number;
}

class Purchase {
  @IsOptional() @IsId() id?: string;
  @IsOptional() @Nullable() @IsText(10) note?: string | null;
  @IsOptional() @ValidateNested({ each: true }) @Type(() => Line) lines?: Line[];
  @IsOptional() @IsInt({ each: true }) months?: number[];
  @IsOptional() @IsObject() attributes?: object;
}

@AtLeastOneOf('gte', 'lte')
class Bounds {
  @IsOptional() @IsInt() gte?: number;
  @IsOptional() @IsInt() lte?: number;
}

class Not {
  @Discriminated('kind', () => rules) rule: object;
}

class All {
  @ArrayNotEmpty() @Discriminated('kind', () => rules, { each: true }) rules: object[];
}

class Visits {
  @ValidateNested() count: Bounds;
}

const rules = { not: Not, all: All, visit: Visits };

describe('any JSON at all', () => {
  const names = fc.constantFrom(
    'id',
    'kind',
    'rules',
    'rule',
    'count',
    'gte',
    'lines',
    'total',
    'months',
    '__proto__',
    'constructor',
    'toString',
    'attributes',
    'note',
  );
  const leaf = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom('all', 'not', 'visit', '\0', '\ud800', 1e308, -1, '2026-04-01T00:00:00Z'),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 6 }, leaf, fc.array(tie('tree'), { maxLength: 4 }), tie('object')),
    object: fc
      .array(fc.tuple(names, tie('tree')), { maxLength: 6 })
      .map(
        (entries) =>
          JSON.parse(
            `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value ?? null)}`).join()}}`,
          ) as object,
      ),
  }));

  it.each([
    ['a class', Purchase],
    ['a union', oneOf('kind', () => rules)],
    ['bounds', Bounds],
  ])('is either taken without extra keys or refused with an AppError: %s', (_name, of) => {
    fc.assert(
      fc.property(tree, (plain) => {
        let parsed: object;
        try {
          parsed = parse(of as typeof Bounds, plain);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          return;
        }
        expect(parsed).toEqual(plain);
        expect(Object.prototype).not.toHaveProperty('x');
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});
