import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { noSleepInSpecs } from './no-sleep-in-specs.js';

new RuleTester({ languageOptions: { parser: tseslint.parser } }).run('no-sleep-in-specs', noSleepInSpecs, {
  valid: ['await drainJobs()', 'clock.advance({ hours: 1 })', 'clearTimeout(timer)', 'AbortSignal.timeout(100)'],
  invalid: [
    'setTimeout(resolve, 100)',
    'await new Promise((resolve) => setTimeout(resolve, 100))',
    'globalThis.setTimeout(resolve, 100)',
    'setInterval(look, 10)',
    'await sleep(100)',
    "import { setTimeout as wait } from 'node:timers/promises'",
  ].map((code) => ({ code, errors: [{ messageId: 'sleep' }] })),
});
