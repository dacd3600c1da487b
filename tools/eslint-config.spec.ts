import { ESLint, type Linter } from 'eslint';
import { expect, it } from '@jest/globals';

const eslint = new ESLint();

async function isOn(rule: string, file: string): Promise<boolean> {
  const { rules } = (await eslint.calculateConfigForFile(file)) as Linter.Config;
  const setting = rules?.[rule];
  return Array.isArray(setting) && setting[0] === 2;
}

it.each([
  ['house/no-process-env', 'libs/members/x.ts', 'libs/config/x.ts'],
  ['house/no-process-env', 'apps/api/main.ts', 'libs/members/x.spec.ts'],
  ['house/no-system-clock', 'libs/members/x.ts', 'libs/kernel/clock.ts'],
  ['house/no-system-clock', 'apps/worker/main.ts', 'apps/line-emulator/x.ts'],
  ['house/scope-first', 'libs/members/members.repository.ts', 'libs/testing/x.ts'],
  ['house/sql-in-repositories', 'libs/members/members.service.ts', 'libs/members/members.repository.ts'],
  ['house/sql-in-repositories', 'apps/api/x.ts', 'libs/segments/conditions/tag.condition.ts'],
  ['house/permit-on-routes', 'libs/members/members.controller.ts', 'apps/line-emulator/x.ts'],
  ['house/no-sleep-in-specs', 'libs/members/x.db.spec.ts', 'libs/members/x.ts'],
  ['house/no-sleep-in-specs', 'test/e2e/x.spec.ts', 'bench/x.ts'],
  ['max-lines-per-function', 'libs/members/x.ts', 'libs/members/x.spec.ts'],
])('%s holds in %s and not in %s', async (rule, inside, outside) => {
  expect([await isOn(rule, inside), await isOn(rule, outside)]).toEqual([true, false]);
});

it.each(['sonarjs/cognitive-complexity', 'max-lines', 'house/max-parameters', 'house/no-swallowed-error'])(
  '%s holds everywhere',
  async (rule) => {
    const files = [
      'libs/members/x.ts',
      'libs/members/x.spec.ts',
      'apps/line-emulator/x.ts',
      'tools/x.ts',
      'bench/x.ts',
    ];
    expect(await Promise.all(files.map((file) => isOn(rule, file)))).toEqual(files.map(() => true));
  },
);
