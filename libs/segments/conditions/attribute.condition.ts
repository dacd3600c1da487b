import { ArrayNotEmpty, IsBoolean, IsOptional, registerDecorator, type ValidationOptions } from 'class-validator';
import { ExactlyOneOf, isCalendarDate, IsText } from '#kernel';
import { sql, type Sql } from '#database';
import { memberOf, noneOf } from './compiled.js';
import { defineCondition } from './define-condition.js';

type Value = string | number | boolean;

@ExactlyOneOf('equals', 'in', 'gte', 'lte', 'exists')
export class AttributeCondition {
  readonly kind = 'attribute';
  @IsText(1000) name: string;
  /** 5 is not "5"; on a list, whether it contains the value. */
  @IsOptional() @IsAttributeValue() equals?: Value;
  @IsOptional() @ArrayNotEmpty() @IsAttributeValue({ each: true }) in?: Value[];
  /** A number, or a date YYYY-MM-DD; only values of the same type are compared. */
  @IsOptional() @IsComparable() gte?: number | string;
  @IsOptional() @IsComparable() lte?: number | string;
  @IsOptional() @IsBoolean() exists?: boolean;
}

export const attribute = defineCondition(AttributeCondition, {
  label: { ja: '属性', en: 'Attribute' },
  sql: (c, q) => {
    const has = memberOf({
      member: sql`p.member_id`,
      from: sql`from member_profiles p where ${q.rowsOf('p')} and ${matches(c)}`,
    });
    return c.exists === false ? noneOf(has) : has;
  },
  actual: (c, q) =>
    sql`(select p.attributes -> ${c.name} from member_profiles p where ${q.rowsOf('p')} and p.member_id = m.id)`,
});

/** May be null, which selects nobody. */
function matches({ name, equals, in: list, gte, lte }: AttributeCondition): Sql {
  const value = sql`(p.attributes -> ${name}::text)`;
  const values = equals === undefined ? list : [equals];
  // A scalar contains an equal scalar, a list contains the scalars in it; neither contains one of another type.
  if (values) return sql`${value} @> any(${values.map((one) => JSON.stringify(one))}::jsonb[])`;
  if (gte !== undefined) return compares(value, '>=', gte);
  if (lte !== undefined) return compares(value, '<=', lte);
  return sql`jsonb_exists(p.attributes, ${name}::text)`;
}

function compares(value: Sql, operator: '>=' | '<=', bound: number | string): Sql {
  const direction = operator === '>=' ? sql`>=` : sql`<=`;
  if (typeof bound === 'number')
    return sql`(jsonb_typeof(${value}) = 'number' and ${value} ${direction} ${JSON.stringify(bound)}::jsonb)`;
  const text = sql`(${value} #>> '{}')`;
  const isDate = sql`case when ${text} ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then pg_input_is_valid(${text}, 'date') end`;
  return sql`(jsonb_typeof(${value}) = 'string' and ${isDate} and ${text} collate "C" ${direction} ${bound}::text)`;
}

function IsAttributeValue(options?: ValidationOptions): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isAttributeValue',
      target: target.constructor,
      propertyName: String(property),
      options,
      validator: {
        validate: (value: unknown) =>
          typeof value === 'boolean' ||
          (typeof value === 'number' && Number.isFinite(value)) ||
          (typeof value === 'string' && value.length <= 1000 && !value.includes('\0') && value.isWellFormed()),
        defaultMessage: () => 'must be text of up to 1000 characters, a number or a boolean',
      },
    });
}

function IsComparable(): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name: 'isComparable',
      target: target.constructor,
      propertyName: String(property),
      validator: {
        validate: (value: unknown) => (typeof value === 'number' && Number.isFinite(value)) || isCalendarDate(value),
        defaultMessage: () => 'must be a number or a date YYYY-MM-DD',
      },
    });
}
