import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { noSystemClock } from './no-system-clock.js';

new RuleTester({ languageOptions: { parser: tseslint.parser } }).run('no-system-clock', noSystemClock, {
  valid: [
    'new Date(0)',
    'new Date(row.sentAt)',
    'scope.clock.now()',
    'Date.parse(text)',
    'Temporal.Instant.from(text)',
  ],
  invalid: ['new Date()', 'new Date', 'Date()', 'Date.now()', 'items.map(Date.now)', 'Temporal.Now.instant()'].map(
    (code) => ({
      code,
      errors: [{ messageId: 'clock' }],
    }),
  ),
});
