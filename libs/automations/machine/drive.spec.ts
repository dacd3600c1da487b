import { describe, expect, it } from '@jest/globals';
import { driveAll } from './drive.js';
import type { Answer, Question } from './run.js';

/** Asks so many questions, and adds up what it is told. */
function* walk(name: string, questions: number): Generator<Question, string, Answer> {
  let sum = 0;
  for (let since = 0; since < questions; since++)
    sum += (yield { ask: 'sends', stepId: name, memberId: '7', since }) as number;
  return `${name} ${sum}`;
}

const asked: string[][] = [];
const answer = async (questions: Question[]) => {
  asked.push(questions.map((question) => (question.ask === 'sends' ? `${question.stepId}${question.since}` : '')));
  return questions.map((question) => (question.ask === 'sends' ? question.since : true));
};

describe('walks that are driven together', () => {
  it('are asked together, round by round, and give their results in their order', async () => {
    const walks = [walk('a', 3), walk('b', 0), walk('c', 1)];
    expect(await driveAll(walks, answer)).toEqual(['a 3', 'b 0', 'c 0']);
    expect(asked).toEqual([['a0', 'c0'], ['a1'], ['a2']]);
  });

  it('need no answers where nobody asks', async () => {
    const unasked = async () => Promise.reject(new Error('Nobody asked.'));
    expect(await driveAll([walk('a', 0)], unasked)).toEqual(['a 0']);
    expect(await driveAll([], unasked)).toEqual([]);
  });

  it('fail where an answer is missing, rather than go on with another', async () => {
    await expect(driveAll([walk('a', 1), walk('b', 1)], async () => [1])).rejects.toThrow('answer');
  });
});
