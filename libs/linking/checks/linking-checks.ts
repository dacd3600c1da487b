import { Injectable, type OnModuleInit } from '@nestjs/common';
import { ChannelChecks, Channels, ok, unknown, wrong, type Finding } from '#channels';
import type { Scope } from '#kernel';
import { LinkPages } from '../pages/link-pages.service.js';
import { LoginPeopleRepository } from './login-people.repository.js';

/** The page is for phones. */
const PHONE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 Safari/604.1';
const PATIENCE_MS = 5_000;
const ASKED_ABOUT = 5;

const ONE_PROVIDER = 'The LINE Login channel and the Messaging API channel must stand under one provider.';

/** The steps of a channel's set-up that linking needs, for its doctor. */
@Injectable()
export class LinkingChecks implements OnModuleInit {
  constructor(
    private readonly checks: ChannelChecks,
    private readonly channels: Channels,
    private readonly pages: LinkPages,
    private readonly people: LoginPeopleRepository,
  ) {}

  onModuleInit(): void {
    this.checks.register({ name: 'link page', look: (scope, id) => this.linkPage(scope, id) });
    this.checks.register({ name: 'one provider', look: (scope, id) => this.oneProvider(scope, id) });
  }

  /** Opens it as a phone would. */
  private async linkPage(scope: Scope, channelId: string): Promise<Finding> {
    const { url, missing } = await this.pages.get(scope, channelId);
    if (missing.includes('enabled')) {
      return unknown('Linking is switched off.', 'PATCH enabled: true to the channel’s link-page.');
    }
    if (missing.length > 0) return wrong(`It is not shown for want of: ${missing.join(', ')}.`, 'See the credentials.');
    const opened = await openAsPhone(url);
    if (opened === 200) return ok(`${url} opens on a phone.`);
    return wrong(
      `${url} ${typeof opened === 'number' ? `answers ${opened}` : `cannot be reached: ${opened}`}.`,
      'PUBLIC_URL, or the host of the link page, has to lead to this API.',
    );
  }

  /** LINE gives a person one id on both sides only under one provider: whoever came by Login must be known here too. */
  private async oneProvider(scope: Scope, channelId: string): Promise<Finding> {
    const friends = (await this.people.latest(scope, channelId, ASKED_ABOUT)).filter(
      ({ friendState }) => friendState === 'friend',
    );
    if (friends.length === 0) {
      return unknown('Nobody who is a friend has linked by LINE Login yet.', `Link one tester. ${ONE_PROVIDER}`);
    }
    const client = await this.channels.client(scope, channelId);
    for (const { userId } of friends) {
      const profile = await client.profile(userId);
      if (profile.kind === 'answered') return ok('Who logs in is the same person to both channels.');
      if (profile.kind !== 'refused') return unknown('LINE could not be asked about a friend.', 'Try again.');
    }
    return wrong('The Messaging API channel knows none of the friends who logged in.', ONE_PROVIDER);
  }
}

/** @returns the status, or what kept the address from being reached */
async function openAsPhone(url: string): Promise<number | string> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS);
    return (await fetch(url, { headers: { 'user-agent': PHONE }, redirect: 'manual', signal })).status;
  } catch (error) {
    return error instanceof Error ? error.message : 'no answer';
  }
}
