import { IsBoolean, IsIn, IsOptional, ValidateNested } from 'class-validator';
import { IsText } from '#kernel';
import { sql, type Sql } from '#database';
import { LINK_ROLES, LINK_ROUTES, type LinkRole, type LinkRoute } from '#linking';
import { fromSummary, memberOf, noneOf, type Compiled } from './compiled.js';
import { defineCondition } from './define-condition.js';
import { liveLinks } from './live-links.js';
import { and, TRUE } from './logic.js';
import { inPeriod } from './moments.js';
import type { Question } from './question.js';
import { Window } from './window.js';

export class LinkCondition {
  readonly kind = 'link';
  /** False is the plain negation of the same with true. */
  @IsBoolean() linked: boolean;
  @IsOptional() @IsIn(LINK_ROLES) role?: LinkRole;
  /** How the link came about; after a takeover `login`. */
  @IsOptional() @IsIn(LINK_ROUTES) route?: LinkRoute;
  /** By the date of the link. */
  @IsOptional() @ValidateNested() within?: Window;
  @IsOptional() @IsText(1000) channelId?: string;
}

export const link = defineCondition(LinkCondition, {
  label: { ja: 'LINE連携', en: 'Linked to LINE' },
  sql: (c, q) => (c.linked ? isLinked(c, q) : noneOf(isLinked(c, q))),
  actual: (c, q) => sql`to_jsonb(exists (select ${links(c, q)} and l.member_id = m.id))`,
});

function isLinked(c: LinkCondition, q: Question): Compiled {
  const linked = sql`m.linked`;
  const plain = !c.role && !c.route && !c.within && !c.channelId;
  if (plain && !q.laterLinks) return fromSummary(linked);
  return memberOf({ member: sql`l.member_id`, from: links(c, q) }, linked);
}

function links({ role, route, within, channelId }: LinkCondition, q: Question): Sql {
  const chosen = and(
    role ? sql`l.role = ${role}` : TRUE,
    route ? sql`l.route = ${route}` : TRUE,
    within ? inPeriod(sql`l.linked_at`, q.period(within)) : TRUE,
    channelId === undefined ? TRUE : sql`l.channel_id = ${channelId}::uuid`,
  );
  return sql`from links l where ${liveLinks(q)} and ${chosen}`;
}
