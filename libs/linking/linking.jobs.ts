import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, IsIn, IsOptional, IsUUID, Matches, ValidateNested } from 'class-validator';
import { ChannelRef } from '#channels';
import { defineFact, defineJob } from '#jobs';
import { END_REASONS, LINK_ROLES, LINK_ROUTES, type EndReason, type LinkRole, type LinkRoute } from './link.entity.js';

const ROW_ID = /^[1-9]\d{0,18}$/;

/** Links in one fact: as many as one request may import. */
export const MOST_LINKS_IN_A_FACT = 1_000;

/** One link of a fact. */
export class LinkRef {
  /** links.id */
  @Matches(ROW_ID) linkId: string;
  /** members.id */
  @Matches(ROW_ID) memberId: string;
  /** line_users.id */
  @Matches(ROW_ID) lineUserId: string;
  @IsIn(LINK_ROLES) role: LinkRole;
  @IsIn(LINK_ROUTES) route: LinkRoute;
}

/** Links of one channel to which the same happened in one transaction: one, or a whole import's. */
export class LinkRefs {
  @IsUUID() workspaceId: string;
  @IsUUID() channelId: string;
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_LINKS_IN_A_FACT)
  @ValidateNested({ each: true })
  @Type(() => LinkRef)
  links: LinkRef[];
  /** Where a takeover, or its undoing, moved them from one LINE user to another: nobody came, and nobody left. */
  @IsOptional() @IsUUID() takeoverId?: string;
}

export class UnlinkedRefs extends LinkRefs {
  @IsIn(END_REASONS) reason: EndReason;
}

/**
 * A member's links went from one LINE user of a channel to another. In which roles, by which routes: `linked` and
 * `unlinked` of the same `takeoverId` say it; why not this one yet, docs/decisions/0007-facts-of-a-newer-version.md.
 */
export class TakeoverRef {
  @IsUUID() workspaceId: string;
  @IsUUID() channelId: string;
  /** takeovers.id */
  @IsUUID() takeoverId: string;
  /** members.id */
  @Matches(ROW_ID) memberId: string;
  /** line_users.id of whose they were */
  @Matches(ROW_ID) fromLineUserId: string;
  /** line_users.id of whose they are now */
  @Matches(ROW_ID) toLineUserId: string;
}

/** Links came to be, by whatever route, import and takeover included. */
export const linked = defineFact({ name: 'linking.linked', payload: LinkRefs });

/** Links ended, for whatever reason, takeover included. */
export const unlinked = defineFact({ name: 'linking.unlinked', payload: UnlinkedRefs });

/** Beside `unlinked` and `linked`, which a takeover announces too: who only cares for links needs no more than those. */
export const takenOver = defineFact({ name: 'linking.taken_over', payload: TakeoverRef });

/** A takeover was taken back: `unlinked` and `linked` again, the other way round. */
export const takeoverUndone = defineFact({ name: 'linking.takeover_undone', payload: TakeoverRef });

/** An id that a browser was given on the company's pages: 128 random bits in base64url. */
export const VISITOR_ID = /^[\w-]{22}$/;

export class RecognisedVisitorRef {
  @IsUUID() workspaceId: string;
  /** members.id */
  @Matches(ROW_ID) memberId: string;
  @Matches(VISITOR_ID) visitorId: string;
}

/** Somebody has signed in or linked, and it is known which visitor of the company's pages that is. */
export const visitorRecognised = defineFact({ name: 'linking.visitor_recognised', payload: RecognisedVisitorRef });

/** Ends the next part of a deleted channel's links. Safe to run twice. */
export const endLinksOfChannel = defineJob({
  name: 'linking.end_links_of_channel',
  lane: 'bulk',
  payload: ChannelRef,
  oneAtATime: ({ channelId }) => channelId,
});

export class LoginGrantRef {
  @IsUUID() workspaceId: string;
  /** login_grants.line_user_id */
  @Matches(ROW_ID) lineUserId: string;
}

/** Tells LINE that a LINE user whose last link has ended no longer authorizes our Login channel, until it is done. */
export const deauthorize = defineJob({
  name: 'linking.deauthorize',
  lane: 'bulk',
  payload: LoginGrantRef,
  oneAtATime: ({ lineUserId }) => lineUserId,
  runs: 'outside',
});
