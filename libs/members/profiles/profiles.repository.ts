import { Injectable } from '@nestjs/common';
import { bigints, Database, sql } from '#database';
import type { Scope } from '#kernel';
import type { Attributes } from './attributes.js';
import type { Profile } from './profile.js';

export interface MemberRecord extends Omit<Profile, 'registeredAt'> {
  externalId: string;
  registeredAt: Date | null;
  tags: string[];
  visitCount: number;
  purchaseCount: number;
  /** Minor units, as text. */
  purchaseTotal: string;
  firstPurchaseAt: Date | null;
  lastPurchaseAt: Date | null;
  linked: boolean;
  friendState: 'friend' | 'blocked' | 'none';
  createdAt: Date;
}

@Injectable()
export class ProfilesRepository {
  constructor(private readonly db: Database) {}

  async find(scope: Scope, externalId: string): Promise<MemberRecord | undefined> {
    return this.db.maybeOne<MemberRecord>(
      scope,
      sql`select m.external_id as "externalId", m.rank, m.birth_month as "birthMonth", p.birth_date::text as "birthDate",
                 p.email, p.phone, m.registered_at as "registeredAt", coalesce(p.attributes, '{}') as attributes,
                 array(select t.tag from member_tags t
                        where t.workspace_id = m.workspace_id and t.member_id = m.id order by t.tag) as tags,
                 m.visit_count as "visitCount", m.purchase_count as "purchaseCount", m.purchase_total as "purchaseTotal",
                 m.first_purchase_at as "firstPurchaseAt", m.last_purchase_at as "lastPurchaseAt",
                 m.linked, m.friend_state as "friendState", m.created_at as "createdAt"
            from members m left join member_profiles p on p.workspace_id = m.workspace_id and p.member_id = m.id
           where m.workspace_id = ${scope.workspaceId} and m.external_id = ${externalId}`,
    );
  }

  /** The profiles, without tags, of members that the caller has locked; by member id. */
  async read(scope: Scope, memberIds: string[]): Promise<Map<string, Profile>> {
    type Row = Omit<Profile, 'registeredAt'> & { id: string; registeredAt: Date | null; attributes: Attributes };
    const rows = await this.db.query<Row>(
      scope,
      sql`select m.id, m.rank, m.birth_month as "birthMonth", p.birth_date::text as "birthDate", p.email, p.phone,
                 m.registered_at as "registeredAt", coalesce(p.attributes, '{}') as attributes
            from members m left join member_profiles p on p.workspace_id = m.workspace_id and p.member_id = m.id
           where m.workspace_id = ${scope.workspaceId} and m.id = any(${memberIds}::bigint[])`,
    );
    return new Map(
      rows.map(({ id, registeredAt, ...row }) => [id, { ...row, registeredAt: registeredAt?.toISOString() ?? null }]),
    );
  }

  /** Writes whole profiles of locked members; what is the same already is left alone. */
  async write(scope: Scope, profiles: Map<string, Profile>): Promise<void> {
    const ids = [...profiles.keys()];
    const all = [...profiles.values()];
    const column = <T>(of: (profile: Profile) => T): T[] => all.map(of);
    await this.db.execute(
      scope,
      sql`update members m set rank = n.rank, birth_month = n.birth_month, registered_at = n.registered_at, profiled = true
            from unnest(${ids}::bigint[], ${column((p) => p.rank)}::text[], ${column((p) => p.birthMonth)}::smallint[],
                        ${column((p) => p.registeredAt)}::timestamptz[]) as n (id, rank, birth_month, registered_at)
           where m.workspace_id = ${scope.workspaceId} and m.id = n.id
             and (m.rank, m.birth_month, m.registered_at, m.profiled)
                 is distinct from (n.rank, n.birth_month, n.registered_at, true)`,
    );
    await this.db.execute(
      scope,
      sql`insert into member_profiles as p (workspace_id, member_id, birth_date, email, phone, attributes)
          select ${scope.workspaceId}, n.*
            from unnest(${ids}::bigint[], ${column((p) => p.birthDate)}::date[], ${column((p) => p.email)}::text[],
                        ${column((p) => p.phone)}::text[], ${column((p) => JSON.stringify(p.attributes))}::jsonb[]) as n
          on conflict (workspace_id, member_id) do update
             set birth_date = excluded.birth_date, email = excluded.email, phone = excluded.phone,
                 attributes = excluded.attributes
           where (p.birth_date, p.email, p.phone, p.attributes)
                 is distinct from (excluded.birth_date, excluded.email, excluded.phone, excluded.attributes)`,
    );
  }

  /** Keeps which ranks members have got. */
  async keepRanks(scope: Scope, ranks: readonly { memberId: string; rank: string | null }[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into member_rank_changes (workspace_id, changed_at, member_id, rank)
          select ${scope.workspaceId}, ${scope.clock.now().toISOString()}::timestamptz, n.*
            from unnest(${bigints(ranks.map(({ memberId }) => memberId))}::bigint[],
                        ${ranks.map(({ rank }) => rank)}::text[]) as n`,
    );
  }

  /** Replaces the tags of locked members. */
  async writeTags(scope: Scope, tags: Map<string, string[]>): Promise<void> {
    if (tags.size === 0) return;
    const pairs = [...tags].flatMap(([id, names]) => names.map((tag) => ({ id, tag })));
    const wanted = sql`unnest(${pairs.map(({ id }) => id)}::bigint[], ${pairs.map(({ tag }) => tag)}::text[])`;
    await this.db.execute(
      scope,
      sql`delete from member_tags t
           where t.workspace_id = ${scope.workspaceId} and t.member_id = any(${[...tags.keys()]}::bigint[])
             and (t.member_id, t.tag) not in (select * from ${wanted})`,
    );
    await this.db.execute(
      scope,
      sql`insert into member_tags (workspace_id, member_id, tag)
          select ${scope.workspaceId}, n.* from ${wanted} as n on conflict do nothing`,
    );
  }
}
