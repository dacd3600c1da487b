import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from '#database';
import { ContractsStory } from '../testing/contracts-story.js';

const SECOND = 1_000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WRONG = 'Ab3dEfGh2j';

describe('Wrong codes', () => {
  let story: ContractsStory;

  beforeAll(async () => {
    story = await ContractsStory.start();
  }, 60_000);

  afterAll(() => story.app.close());

  beforeEach(() => story.reset());

  const advance = (milliseconds: number) => story.app.scope.clock.advance(milliseconds);
  const times = async (n: number, count: number) => {
    for (let i = 0; i < count; i += 1) expect(await story.types(n, WRONG)).toEqual({ kind: 'wrong' });
  };
  const waits = (milliseconds: number) => ({ kind: 'wait', milliseconds });

  it('cost a LINE user nothing five times, then half a minute, and twice as long each time, up to an hour', async () => {
    await times(1, 5);
    for (const wait of [30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600]) {
      expect(await story.types(1, WRONG)).toEqual(waits(wait * SECOND));
      advance(wait * SECOND - 1);
      expect(await story.types(1, WRONG)).toEqual(waits(1));
      advance(1);
      await times(1, 1);
    }
  });

  it('hold up their LINE user only, also with a right code', async () => {
    const { code } = await story.give('taro');
    await times(1, 5);
    expect(await story.types(1, code)).toEqual(waits(30 * SECOND));
    expect(await story.types(2, code)).toEqual({ kind: 'linked' });
  });

  it('are forgotten with a right one, and after a day', async () => {
    const { code } = await story.give('taro');
    await times(1, 4);
    await story.types(1, code);
    await times(1, 5);
    advance(24 * HOUR);
    await times(1, 5);
    expect(await story.types(1, WRONG)).toEqual(waits(30 * SECOND));
  });

  it('get no further at the same time than one after the other', async () => {
    await story.lineUserId(1);
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => story.types(1, WRONG)));
    expect(outcomes.filter(({ kind }) => kind === 'wrong')).toHaveLength(5);
    expect(outcomes.filter(({ kind }) => kind === 'wait')).toHaveLength(15);
  });

  it('of many LINE users slow a whole workspace down, for a minute at most, and no other workspace', async () => {
    await times(1, 1);
    await story.db.execute(story.app.scope, sql`update linking_tries set tries = 199 where kind = 'code'`);
    await times(2, 1);
    expect(await story.types(100, WRONG)).toEqual(waits(SECOND));
    for (let i = 0; i < 7; i += 1) {
      advance(MINUTE);
      await times(100 + i, 1);
    }
    const { code } = await story.give('taro');
    expect(await story.types(200, code)).toEqual(waits(MINUTE));
    const { scope } = await story.app.workspace();
    expect(await story.typesIn(scope, WRONG)).toEqual({ kind: 'wrong' });
    advance(MINUTE);
    expect(await story.types(200, code)).toEqual({ kind: 'linked' });
    advance(HOUR);
    await times(300, 4);
  });
});
