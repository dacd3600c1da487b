import { Injectable, Logger } from '@nestjs/common';
import { Cipher, type Scope } from '#kernel';

const LIFE_MS = 60 * 60 * 1_000;

interface Said {
  until: number;
  draftId?: string;
}

/** Lets somebody without a key look at a link page for an hour: sealed by us, bound to the channel. */
@Injectable()
export class PreviewTokens {
  private readonly log = new Logger(PreviewTokens.name);

  constructor(private readonly cipher: Cipher) {}

  issue(scope: Scope, channelId: string, draftId?: string): { token: string; expiresAt: Date } {
    const until = scope.clock.now().getTime() + LIFE_MS;
    const said: Said = { until, ...(draftId !== undefined && { draftId }) };
    const sealed = this.cipher.encrypt(JSON.stringify(said), place(scope, channelId));
    return { token: sealed.toString('base64url'), expiresAt: new Date(until) };
  }

  /** @returns undefined for a token that is not ours, another channel's, or old */
  read(scope: Scope, channelId: string, token: string): { draftId?: string } | undefined {
    let text: string;
    try {
      text = this.cipher.decrypt(Buffer.from(token, 'base64url'), place(scope, channelId));
    } catch (error) {
      // The cipher throws for everything that it has not sealed for this place.
      this.log.debug({ msg: 'This is not a preview token of this page.', error: String(error) });
      return undefined;
    }
    const said = JSON.parse(text) as Said;
    return said.until > scope.clock.now().getTime() ? said : undefined;
  }
}

function place({ workspaceId }: Scope, channelId: string) {
  return { workspaceId, table: 'link_pages', column: 'preview', rowId: channelId };
}
