import { RuleTester } from 'eslint';
import tseslint from 'typescript-eslint';
import { sqlInRepositories } from './sql-in-repositories.js';

new RuleTester({ languageOptions: { parser: tseslint.parser } }).run('sql-in-repositories', sqlInRepositories, {
  valid: [
    "import { Database } from '#database'",
    "import { join } from 'node:path'",
    "import { sql } from '#elsewhere'",
    "import type { Sql } from '#database'",
  ],
  invalid: [
    "import { sql } from '#database'",
    "import { Database, sql as query } from '#database'",
    "import { join } from '#database'",
    "import { raw } from 'sql-template-tag'",
    "import sql from 'sql-template-tag'",
    "import * as database from '#database'",
  ].map((code) => ({ code, errors: [{ messageId: 'sql' }] })),
});
