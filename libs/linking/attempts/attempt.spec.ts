import { describe, expect, it } from '@jest/globals';
import { nextPath, type Attempt } from './attempt.js';

const attempt = (some: Partial<Attempt>): Attempt => ({
  id: 'a',
  channelId: 'c',
  purpose: 'link',
  route: 'login',
  role: 'member',
  state: 'open',
  expiresAt: new Date(0),
  ...some,
});
const proven = { lineUserId: '1', memberId: '2' };

describe('The next page', () => {
  it.each<[Partial<Attempt>, string]>([
    [{}, ''],
    [{ lineUserId: '1' }, '/sign-in'],
    [{ lineUserId: '1', friend: false }, ''],
    [{ lineUserId: '1', friend: true }, '/sign-in'],
    [{ lineUserId: '1', route: 'user_code' }, '/code'],
    [{ memberId: '2' }, ''],
    [proven, '/consent'],
    [{ ...proven, consentId: '3' }, '/done'],
    [{ ...proven, consentId: '3', route: 'account_link' }, '/hand-over'],
    [{ ...proven, route: 'account_link', state: 'handed_over' }, '/status'],
    [{ purpose: 'takeover' }, '/takeover'],
    [{ purpose: 'takeover', lineUserId: '1' }, '/takeover'],
    [{ purpose: 'takeover', ...proven }, '/takeover/confirm'],
    [{ purpose: 'takeover', ...proven, friend: false }, '/takeover/confirm'],
    [{ purpose: 'unlink' }, '/unlink'],
    [{ purpose: 'unlink', lineUserId: '1' }, '/unlink'],
    [{ purpose: 'session', sessionId: 's' }, '/session/s'],
    [{ purpose: 'session', sessionId: 's', lineUserId: '1', friend: false }, '/session/finish'],
    [{ purpose: 'session', sessionId: 's', state: 'cancelled' }, '/session/finish'],
    ...(['linked', 'done', 'failed', 'expired', 'cancelled'] as const).map((state): [Partial<Attempt>, string] => [
      { ...proven, state },
      '/done',
    ]),
  ])('of %j is %j', (some, path) => {
    expect(nextPath(attempt(some))).toBe(path);
  });
});
