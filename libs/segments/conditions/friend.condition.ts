import { IsIn, IsOptional } from 'class-validator';
import { IsText } from '#kernel';
import { empty, sql, type Sql } from '#database';
import { allOf, fromSummary, memberOf, noneOf, type Compiled } from './compiled.js';
import { defineCondition } from './define-condition.js';
import { liveLinks } from './live-links.js';
import { and } from './logic.js';
import type { Question } from './question.js';

type FriendState = 'friend' | 'blocked' | 'none';

export class FriendCondition {
  readonly kind = 'friend';
  /** The best over the linked LINE users: friend, else blocked, else none. The states are those of now. */
  @IsIn(['friend', 'blocked', 'none']) state: FriendState;
  @IsOptional() @IsText(1000) channelId?: string;
}

export const friend = defineCondition(FriendCondition, {
  label: { ja: '友だち', en: 'Friend' },
  sql: isInState,
  actual: (c, q) => sql`to_jsonb(${bestState(c, q)})`,
});

/** Where no link is younger than the question, the summary row holds the best state over all channels. */
function isInState(c: FriendCondition, q: Question): Compiled {
  if (c.channelId === undefined && !q.laterLinks) {
    const state = sql`m.friend_state = ${c.state}`;
    // Implied, but only said does it let the planner take the index of linked members.
    return fromSummary(c.state === 'none' ? state : and(sql`m.linked`, state));
  }
  const has = (...states: FriendState[]) =>
    memberOf(
      { member: sql`l.member_id`, from: sql`${linkedUsers(c, q)} and u.friend_state = any(${states}::text[])` },
      // Leaving links out can only lower the state.
      sql`(m.linked and m.friend_state = any(${states.includes('blocked') ? ['friend', 'blocked'] : ['friend']}::friend_state[]))`,
    );
  if (c.state === 'friend') return has('friend');
  return c.state === 'none' ? noneOf(has('friend', 'blocked')) : allOf([has('blocked'), noneOf(has('friend'))]);
}

function bestState(c: FriendCondition, q: Question): Sql {
  return sql`(select case when bool_or(u.friend_state = 'friend') then 'friend'
    when bool_or(u.friend_state = 'blocked') then 'blocked' else 'none' end ${linkedUsers(c, q)} and l.member_id = m.id)`;
}

function linkedUsers({ channelId }: FriendCondition, q: Question): Sql {
  const onChannel = channelId === undefined ? empty : sql` and l.channel_id = ${channelId}::uuid`;
  return sql`from links l join line_users u on u.workspace_id = l.workspace_id and u.id = l.line_user_id
    where ${liveLinks(q)}${onChannel}`;
}
