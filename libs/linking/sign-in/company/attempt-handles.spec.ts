import { describe, expect, it } from '@jest/globals';
import { Cipher } from '#kernel';
import { AttemptHandles } from './attempt-handles.js';

const scope = { workspaceId: 'w' };
const attempt = { id: '01900000-0000-7000-8000-000000000001', channelId: 'c' };

describe('the handle of an attempt', () => {
  const handles = new AttemptHandles(Cipher.fromText(`k1:${Buffer.alloc(32, 1).toString('base64')}`));

  it('is another one each time, says nothing, and leads back to its attempt', () => {
    const [one, two] = [handles.seal(scope, attempt), handles.seal(scope, attempt)];
    expect(one).not.toBe(two);
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain(attempt.id.slice(0, 8));
    for (const handle of [one, two]) expect(handles.open(scope, 'c', handle)).toBe(attempt.id);
  });

  it('means nothing in another channel or workspace', () => {
    const handle = handles.seal(scope, attempt);
    expect(() => handles.open(scope, 'd', handle)).toThrow('"handle"');
    expect(() => handles.open({ workspaceId: 'x' }, 'c', handle)).toThrow('"handle"');
  });

  it.each(['', 'x', attempt.id, Buffer.from(attempt.id).toString('base64url'), 'A'.repeat(4_000)])(
    'cannot be made up: %s',
    (handle) => {
      expect(() => handles.open(scope, 'c', handle)).toThrow('"handle"');
    },
  );
});
