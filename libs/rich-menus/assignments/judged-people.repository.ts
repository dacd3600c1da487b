import { empty, join, sql, type Sql } from '#database';
import type { MenuRule } from '../rules/rules.dto.js';

/** A rule that holds by the clock. */
export interface AskedRule {
  /** From 0, among all rules of the channel. */
  place: number;
  menuId: string;
  when: MenuRule['when'];
  /** Whether a member is in the rule's segment, over the alias `m` of `members`. */
  inSegment?: Sql;
}

export interface MenuQuestion {
  workspaceId: string;
  channelId: string;
  rules: AskedRule[];
  /** Whether menus are chosen for people of the channel, before any rule. */
  hasChoices: boolean;
}

/** Whom a question is about: line_users.id. */
export type Whom = { ids: readonly string[] } | { after: string; upTo: string };

/**
 * A statement's `tied` and `judged`: for each LINE user (`id`, `friend_state`) the menu that was chosen for a member they
 * are linked to, the latest if there are several, or for themselves where they are linked to none; the place of the first rule that holds; and the menu that follows. All
 * are null where there is none. A person's links are judged one by one, because all that a rule asks of a link it
 * asks of the same one; the first rule of the person is then the first of any link's.
 */
export function judgedSql({ workspaceId, channelId, rules, hasChoices }: MenuQuestion, whom: Whom): Sql {
  const ofLinks = rules.filter(asksLink);
  const free = rules.filter((rule) => !asksLink(rule) && rule.when.linked !== false);
  const ofUnlinked = rules.filter((rule) => rule.when.linked === false);
  const cases = ofLinks.map((rule) => sql`when ${linkCondition(rule)} then ${rule.place}::int`);
  const ofLink = cases.length > 0 ? sql`min(case ${join(cases, ' ')} end)` : sql`null::int`;
  const asksMember = ofLinks.some(({ when, inSegment }) => when.rank !== undefined || inSegment !== undefined);
  const menus = rules.map((rule) => sql`when ${rule.place} then ${rule.menuId}::uuid`);
  const menu = menus.length > 0 ? sql`case p.place ${join(menus, ' ')} end` : sql`null::uuid`;
  return sql`
    tied as (
      select l.line_user_id, ${ofLink} as place, ${hasChoices ? CHOSEN : sql`null::uuid`} as chosen_id
        from links l ${hasChoices ? WITH_CHOICES : empty}
             ${asksMember ? sql`join members m on m.workspace_id = l.workspace_id and m.id = l.member_id` : empty}
       where l.workspace_id = ${workspaceId} and l.channel_id = ${channelId} and l.ended_at is null
         and ${among(sql`l.line_user_id`, whom)}
       group by l.line_user_id),
    placed as (
      select u.id, u.user_id, u.friend_state, u.friend_state_at,
             ${hasChoices ? sql`case when t.line_user_id is null then o.menu_id else t.chosen_id end` : sql`t.chosen_id`} as chosen_id,
             least(t.place, case when t.line_user_id is null then ${first([...free, ...ofUnlinked])}::int
                                 else ${first(free)}::int end) as place
        from line_users u left join tied t on t.line_user_id = u.id ${hasChoices ? WITH_OWN_CHOICE : empty}
       where u.workspace_id = ${workspaceId} and u.channel_id = ${channelId} and ${among(sql`u.id`, whom)}),
    judged as (
      select p.id, p.user_id, p.friend_state, p.friend_state_at, p.place, p.chosen_id,
             coalesce(p.chosen_id, ${menu}) as menu_id from placed p)`;
}

const WITH_CHOICES = sql`left join rich_menu_choices c on c.workspace_id = l.workspace_id and c.member_id = l.member_id
                                                    and c.channel_id = l.channel_id`;
const WITH_OWN_CHOICE = sql`left join rich_menu_choices o on o.workspace_id = u.workspace_id and o.member_id = -u.id
                                                    and o.channel_id = u.channel_id`;
const CHOSEN = sql`(array_agg(c.menu_id order by c.chosen_at desc, c.member_id)
                     filter (where c.menu_id is not null))[1]`;

function asksLink({ when }: AskedRule): boolean {
  return when.linked === true || [when.role, when.rank, when.segmentId].some((asked) => asked !== undefined);
}

function linkCondition({ when: { role, rank }, inSegment }: AskedRule): Sql {
  const conditions = [
    ...(role === undefined ? [] : [sql`l.role = ${role}`]),
    ...(rank === undefined ? [] : [sql`m.rank = ${rank}`]),
    ...(inSegment ? [sql`(${inSegment})`] : []),
  ];
  return conditions.length > 0 ? sql`coalesce(${join(conditions, ' and ')}, false)` : sql`true`;
}

function first(rules: AskedRule[]): number | null {
  return rules.length > 0 ? Math.min(...rules.map(({ place }) => place)) : null;
}

function among(column: Sql, whom: Whom): Sql {
  if ('ids' in whom) return sql`${column} = any(${whom.ids}::bigint[])`;
  return sql`${column} > ${whom.after}::bigint and ${column} <= ${whom.upTo}::bigint`;
}
