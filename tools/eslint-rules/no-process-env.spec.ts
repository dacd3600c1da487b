import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { noProcessEnv } from './no-process-env.js';

new RuleTester({ languageOptions: { parser: tseslint.parser } }).run('no-process-env', noProcessEnv, {
  valid: ['process.exitCode = 1', 'config.env.PORT', 'const { env } = config', "import { argv } from 'node:process'"],
  invalid: [
    'process.env.PORT',
    'process.env',
    "process['env'].PORT",
    'const { env } = process',
    'const { env: { PORT } } = process',
    "import { env } from 'node:process'",
    "import { env as environment } from 'process'",
  ].map((code) => ({ code, errors: [{ messageId: 'environment' }] })),
});
