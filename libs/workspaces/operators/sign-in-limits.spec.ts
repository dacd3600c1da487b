import { describe, expect, it } from '@jest/globals';
import { AppError } from '#kernel';
import { SignInLimits, type Attempt } from './sign-in-limits.js';

const START = new Date('2026-04-15T12:00:00+09:00').getTime();

/** The limits, and what an attempt after so many seconds gets: itself, or the seconds to wait. */
function limited() {
  const limits = new SignInLimits();
  return (email: string, address: string, seconds = 0): Attempt | number => {
    try {
      return limits.begin(email, address, new Date(START + seconds * 1000));
    } catch (error) {
      if (error instanceof AppError && error.status === 429) return error.extra.details!.retryAfterSeconds as number;
      throw error;
    }
  };
}

const waits = (answers: (Attempt | number)[]) => answers.filter((answer) => typeof answer === 'number');
const times = <T>(count: number, work: (at: number) => T) => Array.from({ length: count }, (_, at) => work(at));

describe('attempts to sign in', () => {
  it('with one e-mail address wait twice as long each time, wherever they come from', () => {
    const attempt = limited();
    expect(waits(times(5, (at) => attempt('a@x.example', `10.0.0.${at}`)))).toEqual([]);
    let at = 0;
    const delays = times(12, (round) => {
      const wait = attempt('A@X.example', `10.0.1.${round}`, at) as number;
      expect(attempt('a@x.example', `10.0.1.${round}`, at + wait - 0.001)).toBe(1);
      expect(attempt('a@x.example', `10.0.1.${round}`, at + wait)).toBeInstanceOf(Object);
      at += wait;
      return wait;
    });
    expect(delays).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    expect(attempt('b@x.example', '10.0.0.1', at)).toBeInstanceOf(Object);
  });

  it('from one network address wait, whichever e-mail addresses they try', () => {
    const attempt = limited();
    expect(waits(times(25, (at) => attempt(`${at}@x.example`, '10.0.0.1')))).toEqual([1, 1, 1, 1, 1]);
    expect(attempt('0@x.example', '10.0.0.2')).toBeInstanceOf(Object);
  });

  it('from one IPv6 subscriber count together', () => {
    const attempt = limited();
    times(20, (at) => attempt(`${at}@x.example`, `2001:db8:0:1::${at}`));
    expect(attempt('x@x.example', '2001:db8:0:1:ffff:ffff:ffff:ffff')).toBe(1);
    expect(attempt('x@x.example', '2001:db8:0:2::1')).toBeInstanceOf(Object);
    expect(attempt('y@x.example', '::1')).toBeInstanceOf(Object);
    expect(attempt('z@x.example', '::ffff:10.0.0.9')).toBeInstanceOf(Object);
  });

  it('count from their beginning, so that many at once get no further', () => {
    const attempt = limited();
    expect(waits(times(1000, () => attempt('a@x.example', '10.0.0.1')))).toHaveLength(995);
  });

  it('that succeed start the e-mail address anew, not the network address', () => {
    const attempt = limited();
    times(4, () => attempt('own@x.example', '10.0.0.1'));
    times(15, (at) => attempt(`${at}@x.example`, '10.0.0.1'));
    (attempt('own@x.example', '10.0.0.1') as Attempt).succeeded();
    attempt('own@x.example', '10.0.0.1');
    expect(attempt('own@x.example', '10.0.0.1')).toBe(1);
    expect(waits(times(4, () => attempt('own@x.example', '10.0.0.2')))).toEqual([]);
  });

  it('that came to no answer do not count', () => {
    const attempt = limited();
    for (let i = 0; i < 50; i++) (attempt('a@x.example', '10.0.0.1') as Attempt).takenBack();
    expect(attempt('a@x.example', '10.0.0.1')).toBeInstanceOf(Object);
  });

  it('are forgotten after a day, and a clock that was turned back holds nobody longer than a delay', () => {
    const attempt = limited();
    times(5, () => attempt('a@x.example', '10.0.0.1', 3600));
    expect(attempt('a@x.example', '10.0.0.1', 0)).toBe(1);
    const [day, hour] = [24 * 3600, 3600];
    expect(waits(times(5, () => attempt('a@x.example', '10.0.0.1', hour + day)))).toEqual([]);
  });
});
