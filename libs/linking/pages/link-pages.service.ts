import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Channels, type Channel, type FriendState } from '#channels';
import { Config } from '#config';
import { Database } from '#database';
import { invalid, newId, type FieldError, type Scope } from '#kernel';
import { DEFAULT_LINK_PAGE, type LinkPage, type LinkPageSettings, type StoredLinkPage } from './link-page.settings.js';
import type { LinkPageDto, LinkPagePreviewDto, MissingPiece } from './link-pages.dto.js';
import { LinkPagesRepository } from './link-pages.repository.js';
import { hostTaken } from './pages.errors.js';
import { PreviewTokens } from './preview-tokens.js';

/** How the link page of each channel is set up. */
@Injectable()
export class LinkPages {
  constructor(
    private readonly repository: LinkPagesRepository,
    private readonly channels: Channels,
    private readonly previews: PreviewTokens,
    private readonly config: Config,
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /** All settings, defaults among them, also of a channel that was never set up. */
  async of(scope: Scope, channelId: string): Promise<LinkPage> {
    return { ...DEFAULT_LINK_PAGE, ...(await this.repository.find(scope, channelId)) };
  }

  /** The address of the link page, on the company's own host where it has one. */
  addressOf({ host }: Pick<LinkPage, 'host'>, channelId: string): string {
    return this.addresses(host, channelId)[0]!;
  }

  /** Why a channel's page is not shown; empty when it is. */
  missing({ enabled }: LinkPage, { verifiedAt, refusedAt }: Channel): MissingPiece[] {
    return [
      ...(enabled ? [] : ['enabled' as const]),
      ...(verifiedAt === null ? ['verified-credentials' as const] : []),
      ...(refusedAt === null ? [] : ['accepted-credentials' as const]),
    ];
  }

  /** @throws AppError 404 for an unknown channel */
  async get(scope: Scope, channelId: string): Promise<LinkPageDto> {
    const channel = await this.channels.get(scope, channelId);
    const page = await this.of(scope, channelId);
    const addresses = this.addresses(page.host, channelId);
    return {
      ...page,
      url: addresses[0]!,
      callbackUrls: addresses.map((address) => `${address}/callback`),
      previewUrl: this.previewUrl(page, channelId, this.previews.issue(scope, channelId).token),
      missing: this.missing(page, channel),
    };
  }

  /** Absent settings stay. @throws AppError 404, 400 with the place of each mistake */
  async change(scope: Scope, channelId: string, changes: LinkPageSettings): Promise<LinkPageDto> {
    await this.channels.get(scope, channelId);
    this.assertUsable(changes, '');
    await this.db.transaction(scope, async () => {
      const before = await this.repository.claim(scope, channelId, scope.clock.now());
      await this.repository.write(scope, channelId, { ...before, ...given(changes) });
      const { host } = changes;
      if (host !== undefined) await this.repository.dropUnusedHosts(scope);
      if (typeof host === 'string' && !(await this.repository.claimHost(scope, host))) throw hostTaken();
      const details = { fields: Object.keys(given(changes)) };
      await this.audit.record(scope, 'linking.link_page_changed', `channels/${channelId}`, details);
    });
    return this.get(scope, channelId);
  }

  /** An address that shows the page as it would be; nothing is saved. @throws AppError as `change` does */
  async preview(scope: Scope, channelId: string, changes: LinkPageSettings): Promise<LinkPagePreviewDto> {
    await this.channels.get(scope, channelId);
    this.assertUsable(changes, '/settings');
    const id = newId();
    const { token, expiresAt } = this.previews.issue(scope, channelId, id);
    const page = { ...(await this.of(scope, channelId)), ...given(changes) };
    await this.repository.addDraft(scope, { id, channelId, settings: page, expiresAt });
    // A host that is not saved yet leads nowhere.
    const saved = await this.of(scope, channelId);
    return { url: this.previewUrl(saved, channelId, token), expiresAt };
  }

  /** The settings that a preview's token shows; undefined where it shows nothing any more. */
  async previewed(scope: Scope, channelId: string, token: string): Promise<LinkPage | undefined> {
    const said = this.previews.read(scope, channelId, token);
    if (!said) return undefined;
    if (said.draftId === undefined) return this.of(scope, channelId);
    const draft = await this.repository.draft(scope, channelId, said.draftId);
    return draft && { ...DEFAULT_LINK_PAGE, ...draft };
  }

  /**
   * What has become of somebody who was no friend at their login: who blocks the account has to unblock it, not to add
   * it, and who has become a friend since has to do neither. Undefined before the login.
   */
  friendshipSince(scope: Scope, attemptId: string): Promise<FriendState | undefined> {
    return this.repository.friendshipSince(scope, attemptId);
  }

  /** Whether a page may be shown under the name that a browser used: the company's own, or this installation's. */
  async answersTo(scope: Scope, { host }: LinkPage, named: string): Promise<boolean> {
    if (named === host || named === new URL(this.config.publicUrl).host) return true;
    if (host !== null) return false;
    const owner = await this.repository.workspaceOfHost(null, named);
    return owner === undefined || owner === scope.workspaceId;
  }

  private addresses(host: string | null, channelId: string): string[] {
    const path = `/p/line/connect/${channelId}`;
    const own = `${this.config.publicUrl}${path}`;
    return host === null ? [own] : [`${new URL(this.config.publicUrl).protocol}//${host}${path}`, own];
  }

  private previewUrl(page: LinkPage, channelId: string, token: string): string {
    return `${this.addressOf(page, channelId)}/preview?token=${token}`;
  }

  /** What only this installation can tell. */
  private assertUsable(changes: LinkPageSettings, path: string): void {
    const errors = [
      ...this.hostErrors(changes),
      ...partErrors(changes),
      ...addressErrors(changes, this.config.publicUrl.startsWith('https:')),
    ];
    if (errors.length > 0) throw invalid(errors.map((error) => ({ ...error, path: path + error.path })));
  }

  private hostErrors({ host }: LinkPageSettings): FieldError[] {
    // Whoever had it would keep everybody else's pages from being found.
    if (host !== new URL(this.config.publicUrl).host) return [];
    return [{ path: '/host', detail: 'is this installation’s own, under which every page is reached anyway' }];
  }
}

function partErrors({ parts }: LinkPageSettings): FieldError[] {
  return !parts || parts.includes('link') ? [] : [{ path: '/parts', detail: 'must hold link' }];
}

/** Where this installation is reached by https, so is everything that its pages lead to. */
function addressErrors(changes: LinkPageSettings, httpsOnly: boolean): FieldError[] {
  const { logoUrl, privacyPolicyUrl, memberPageUrl, signIn, returnUrls = [] } = changes;
  const addresses: [string, string | null | undefined][] = [
    ['/logoUrl', logoUrl],
    ['/privacyPolicyUrl', privacyPolicyUrl],
    ['/memberPageUrl', memberPageUrl],
    ['/signIn/url', signIn?.kind === 'company' ? signIn.url : undefined],
    ...returnUrls.map((url, at): [string, string] => [`/returnUrls/${at}`, url]),
  ];
  const insecure = addresses
    .filter(([, url]) => httpsOnly && url?.startsWith('https://') === false)
    .map(([path]) => ({ path, detail: 'must begin with https://' }));
  const notOrigins = returnUrls.flatMap((url, at) =>
    new URL(url).origin === url ? [] : [{ path: `/returnUrls/${at}`, detail: 'must be an origin: scheme and host' }],
  );
  return [...insecure, ...notOrigins];
}

function given(changes: LinkPageSettings): StoredLinkPage {
  return Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
}
