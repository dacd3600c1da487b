import { Injectable } from '@nestjs/common';
import { Channels, type Channel } from '#channels';
import { Config } from '#config';
import type { ApiRequest } from '#http';
import { asUuid, type Scope } from '#kernel';
import { Scopes } from '#workspaces';
import type { LinkPage } from './link-page.settings.js';
import { LinkPages } from './link-pages.service.js';
import { pageNotFound } from './pages.errors.js';

export interface Opened {
  scope: Scope;
  channel: Channel;
  page: LinkPage;
}

/** Finds whose page an address is, and whether it is there for this request. */
@Injectable()
export class PageGate {
  constructor(
    private readonly channels: Channels,
    private readonly scopes: Scopes,
    private readonly pages: LinkPages,
    private readonly config: Config,
  ) {}

  /** @throws AppError 404, the same whatever the reason */
  async open(request: ApiRequest, channelId: string): Promise<Opened> {
    const { scope, channel } = await this.find(channelId);
    const page = await this.pages.of(scope, channelId);
    const isShown = this.pages.missing(page, channel).length === 0;
    if (!isShown || !(await this.pages.answersTo(scope, page, nameOf(request)))) throw pageNotFound();
    return { scope, channel, page };
  }

  /** The page that a preview's token shows, whether or not the page itself is there yet. @throws AppError 404 */
  async preview(request: ApiRequest, channelId: string, token: string): Promise<Opened> {
    const { scope, channel } = await this.find(channelId);
    const saved = await this.pages.of(scope, channelId);
    const page = await this.pages.previewed(scope, channelId, token);
    if (!page || !(await this.pages.answersTo(scope, saved, nameOf(request)))) throw pageNotFound();
    return { scope, channel, page };
  }

  /** Where this browser reaches our pages: cookies stay with the host that it used. */
  originOf(request: ApiRequest, page: LinkPage): string {
    const { publicUrl } = this.config;
    return this.isOwnHost(request, page) ? `${new URL(publicUrl).protocol}//${page.host}` : publicUrl;
  }

  /** Whether the browser uses the company's own host, not this installation's, which companies share. */
  isOwnHost(request: ApiRequest, { host }: LinkPage): boolean {
    return nameOf(request) === host;
  }

  private async find(channelId: string): Promise<{ scope: Scope; channel: Channel }> {
    const workspaceId = asUuid(channelId) ? await this.channels.workspaceOf(channelId) : undefined;
    if (workspaceId === undefined) throw pageNotFound();
    const system = await this.scopes.system(workspaceId);
    const scope: Scope = { ...system, actor: { kind: 'system', id: 'link-page' } };
    return { scope, channel: await this.channels.get(scope, channelId) };
  }
}

function nameOf(request: ApiRequest): string {
  return request.host.toLowerCase();
}
