import type { Answer, Question } from './run.js';

/**
 * Takes many walks to their ends, in rounds: what all of them ask in a round is asked at once.
 * @param answer answers in the order of the questions
 * @returns what came of each walk, in their order
 */
export async function driveAll<T>(
  walks: readonly Generator<Question, T, Answer>[],
  answer: (questions: Question[]) => Promise<Answer[]>,
): Promise<T[]> {
  const results = new Array<T>(walks.length);
  let open = walks.map((walk, place) => ({ walk, place, next: walk.next() }));
  for (;;) {
    const asking = open.flatMap(({ walk, place, next }) => {
      if (!next.done) return [{ walk, place, question: next.value }];
      results[place] = next.value;
      return [];
    });
    if (asking.length === 0) return results;
    const answers = await answer(asking.map(({ question }) => question));
    if (answers.length !== asking.length) throw new Error('Not every question has its answer.');
    open = asking.map(({ walk, place }, i) => ({ walk, place, next: walk.next(answers[i]!) }));
  }
}
