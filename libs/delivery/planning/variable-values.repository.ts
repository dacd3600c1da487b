import { empty, join, sql, type Sql } from '#database';
import { currencyDecimals, type Scope } from '#kernel';
import { ATTRIBUTE_PREFIX } from '#messages';
import { unseen } from '../ledger/plannable.repository.js';

/** What planning needs to freeze a person's values. */
export interface ValueSql {
  /** Joins to a row `n` that has `member_id`. */
  joins: Sql;
  /** A jsonb object of text or null by variable. */
  values: Sql;
}

export const NO_VALUES: ValueSql = { joins: empty, values: sql`'{}'::jsonb` };

/** The values that the people of the slice brought along. Who brought none and is no member is shown the names instead. */
export function eventValueSql(variables: readonly string[]): ValueSql {
  const names = JSON.stringify(Object.fromEntries(variables.map((name) => [name, name])));
  return {
    joins: sql`
      left join (select e.key::bigint as member_id, e.value from slice, jsonb_each(slice.values) e) own
             on own.member_id = n.member_id`,
    values: sql`coalesce(own.value, case when n.member_id < 0 then ${names}::jsonb else '{}' end)`,
  };
}

/** The values of a member's own variables. */
export function valueSql(scope: Scope, variables: readonly string[]): ValueSql {
  const attributes = variables.some((name) => name.startsWith(ATTRIBUTE_PREFIX));
  const pairs = variables.map((name) => sql`(${name}, ${columnSql(scope, name)})`);
  return {
    joins: sql`
      left join members m on m.workspace_id = ${unseen(scope.workspaceId)} and m.id = n.member_id
      ${attributes ? sql`left join member_profiles p on p.workspace_id = ${unseen(scope.workspaceId)} and p.member_id = n.member_id` : empty}`,
    // Who is no member has no values: a tester is shown the names instead.
    values: sql`(select jsonb_object_agg(name, case when n.member_id < 0 then name else value end) from (values ${join(pairs)}) v(name, value))`,
  };
}

function columnSql(scope: Scope, name: string): Sql {
  if (name.startsWith(ATTRIBUTE_PREFIX)) return attributeSql(name.slice(ATTRIBUTE_PREFIX.length));
  const day = (column: Sql) => sql`to_char(${column} at time zone ${scope.timeZone}, 'YYYY/MM/DD')`;
  switch (name) {
    case 'member.externalId':
      return sql`m.external_id`;
    case 'member.rank':
      return sql`m.rank`;
    case 'member.birthMonth':
      return sql`m.birth_month::text`;
    case 'member.registeredAt':
      return day(sql`m.registered_at`);
    case 'member.visitCount':
      return sql`m.visit_count::text`;
    case 'member.firstVisitAt':
      return day(sql`m.first_visit_at`);
    case 'member.lastVisitAt':
      return day(sql`m.last_visit_at`);
    case 'member.purchaseCount':
      return sql`m.purchase_count::text`;
    case 'member.purchaseTotal':
      return amountSql(scope);
    case 'member.firstPurchaseAt':
      return day(sql`m.first_purchase_at`);
    case 'member.lastPurchaseAt':
      return day(sql`m.last_purchase_at`);
    default:
      throw new Error(`${name} is not a variable of a member.`);
  }
}

/** Minor units as the decimal number people write. */
function amountSql({ currency }: Scope): Sql {
  const decimals = currencyDecimals(currency);
  return sql`round(m.purchase_total::numeric / (10::numeric ^ ${decimals}::int), ${decimals}::int)::text`;
}

/** A string, number or boolean as it is; a list with its items joined. */
function attributeSql(attribute: string): Sql {
  const value = sql`p.attributes -> ${attribute}::text`;
  return sql`case jsonb_typeof(${value})
      when 'array' then (select string_agg(item, '、') from jsonb_array_elements_text(${value}) item)
      when 'null' then null
      else p.attributes ->> ${attribute}::text end`;
}
