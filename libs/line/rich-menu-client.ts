import { messagingApi } from '@line/bot-sdk';
import type { LineAnswer, LineTransport } from './line-transport.js';
import { outcome } from './outcome.js';
import { readOutcome, sendOutcome, type LineFailure, type ReadOutcome } from './send-outcome.js';

export type RichMenuRequest = messagingApi.RichMenuRequest;
export type RichMenuResponse = messagingApi.RichMenuResponse;
export type RichMenuAlias = messagingApi.RichMenuAliasResponse;

/** What became of a request that LINE answers with nothing but yes. */
export type DoneOutcome = { kind: 'done'; requestId: string } | LineFailure;

/**
 * The rich menus of one channel at LINE. Nothing here throws for what LINE or the network may do. None of these calls
 * takes a retry key: all but `create` may be repeated without harm.
 * https://developers.line.biz/en/reference/messaging-api/#rich-menu
 */
export interface RichMenuClient {
  /** After an unknown outcome the menu may be there: `list` tells, by its name. */
  create(menu: RichMenuRequest): Promise<ReadOutcome<{ richMenuId: string }>>;
  /** Once a menu: another picture is another menu. @param type image/png or image/jpeg */
  uploadImage(richMenuId: string, image: Buffer, type: string): Promise<DoneOutcome>;
  /** Menus made through the API, not those of LINE's manager. */
  list(): Promise<ReadOutcome<RichMenuResponse[]>>;
  delete(richMenuId: string): Promise<DoneOutcome>;
  /** The menu of everybody without one of their own. */
  setDefault(richMenuId: string): Promise<DoneOutcome>;
  /** Refused with 404 where there is none; unauthorized with 403 where it belongs to another channel. */
  getDefault(): Promise<ReadOutcome<{ richMenuId: string }>>;
  clearDefault(): Promise<DoneOutcome>;
  /** One person's own menu, at once. Without effect, but not refused, for those who are no friends. */
  link(userId: string, richMenuId: string): Promise<DoneOutcome>;
  unlink(userId: string): Promise<DoneOutcome>;
  /** Up to 500 people's; accepted, and carried out some seconds later. */
  bulkLink(userIds: string[], richMenuId: string): Promise<DoneOutcome>;
  bulkUnlink(userIds: string[]): Promise<DoneOutcome>;
  /** Refused with 404 for those who have none of their own. */
  ofUser(userId: string): Promise<ReadOutcome<{ richMenuId: string }>>;
  createAlias(alias: RichMenuAlias): Promise<DoneOutcome>;
  updateAlias(alias: RichMenuAlias): Promise<DoneOutcome>;
  deleteAlias(aliasId: string): Promise<DoneOutcome>;
  listAliases(): Promise<ReadOutcome<RichMenuAlias[]>>;
}

export class SdkRichMenuClient implements RichMenuClient {
  /** @param data where images go */
  constructor(
    private readonly api: messagingApi.MessagingApiClient,
    private readonly data: LineTransport,
  ) {}

  create(menu: RichMenuRequest): Promise<ReadOutcome<{ richMenuId: string }>> {
    return outcome(this.api.createRichMenuWithHttpInfo(menu), (answer) => readOutcome(answer));
  }

  uploadImage(richMenuId: string, image: Buffer, type: string): Promise<DoneOutcome> {
    const path = `/v2/bot/richmenu/${encodeURIComponent(richMenuId)}/content`;
    // The SDK would read a Blob to send it; the bytes are here.
    return done(this.data.bytes(path, image, type).then((httpResponse) => ({ httpResponse })));
  }

  async list(): Promise<ReadOutcome<RichMenuResponse[]>> {
    const read = (answer: LineAnswer) => readOutcome<messagingApi.RichMenuListResponse>(answer);
    return inside(await outcome(this.api.getRichMenuListWithHttpInfo(), read), ({ richmenus }) => richmenus);
  }

  delete(richMenuId: string): Promise<DoneOutcome> {
    return done(this.api.deleteRichMenuWithHttpInfo(richMenuId));
  }

  setDefault(richMenuId: string): Promise<DoneOutcome> {
    return done(this.api.setDefaultRichMenuWithHttpInfo(richMenuId));
  }

  getDefault(): Promise<ReadOutcome<{ richMenuId: string }>> {
    return outcome(this.api.getDefaultRichMenuIdWithHttpInfo(), (answer) => readOutcome(answer));
  }

  clearDefault(): Promise<DoneOutcome> {
    return done(this.api.cancelDefaultRichMenuWithHttpInfo());
  }

  link(userId: string, richMenuId: string): Promise<DoneOutcome> {
    return done(this.api.linkRichMenuIdToUserWithHttpInfo(userId, richMenuId));
  }

  unlink(userId: string): Promise<DoneOutcome> {
    return done(this.api.unlinkRichMenuIdFromUserWithHttpInfo(userId));
  }

  bulkLink(userIds: string[], richMenuId: string): Promise<DoneOutcome> {
    return done(this.api.linkRichMenuIdToUsersWithHttpInfo({ userIds, richMenuId }));
  }

  bulkUnlink(userIds: string[]): Promise<DoneOutcome> {
    return done(this.api.unlinkRichMenuIdFromUsersWithHttpInfo({ userIds }));
  }

  ofUser(userId: string): Promise<ReadOutcome<{ richMenuId: string }>> {
    return outcome(this.api.getRichMenuIdOfUserWithHttpInfo(userId), (answer) => readOutcome(answer));
  }

  createAlias(alias: RichMenuAlias): Promise<DoneOutcome> {
    return done(this.api.createRichMenuAliasWithHttpInfo(alias));
  }

  updateAlias({ richMenuAliasId, richMenuId }: RichMenuAlias): Promise<DoneOutcome> {
    return done(this.api.updateRichMenuAliasWithHttpInfo(richMenuAliasId, { richMenuId }));
  }

  deleteAlias(aliasId: string): Promise<DoneOutcome> {
    return done(this.api.deleteRichMenuAliasWithHttpInfo(aliasId));
  }

  async listAliases(): Promise<ReadOutcome<RichMenuAlias[]>> {
    const read = (answer: LineAnswer) => readOutcome<messagingApi.RichMenuAliasListResponse>(answer);
    return inside(await outcome(this.api.getRichMenuAliasListWithHttpInfo(), read), ({ aliases }) => aliases);
  }
}

function done(call: Promise<{ httpResponse: unknown }>): Promise<DoneOutcome> {
  return outcome(call, (answer) => {
    const sent = sendOutcome(answer);
    return sent.kind === 'accepted' ? { kind: 'done', requestId: sent.requestId } : sent;
  });
}

function inside<T, U>(read: ReadOutcome<T>, part: (value: T) => U): ReadOutcome<U> {
  return read.kind === 'answered' ? { ...read, value: part(read.value) } : read;
}
