import sonarjs from 'eslint-plugin-sonarjs';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { maxParameters } from './tools/eslint-rules/max-parameters.ts';
import { noProcessEnv } from './tools/eslint-rules/no-process-env.ts';
import { noSleepInSpecs } from './tools/eslint-rules/no-sleep-in-specs.ts';
import { noSwallowedError } from './tools/eslint-rules/no-swallowed-error.ts';
import { noSystemClock } from './tools/eslint-rules/no-system-clock.ts';
import { permitOnRoutes } from './tools/eslint-rules/permit-on-routes.ts';
import { scopeFirst } from './tools/eslint-rules/scope-first.ts';
import { sqlInRepositories } from './tools/eslint-rules/sql-in-repositories.ts';

const house = {
  rules: {
    'max-parameters': maxParameters,
    'no-process-env': noProcessEnv,
    'no-sleep-in-specs': noSleepInSpecs,
    'no-swallowed-error': noSwallowedError,
    'no-system-clock': noSystemClock,
    'permit-on-routes': permitOnRoutes,
    'scope-first': scopeFirst,
    'sql-in-repositories': sqlInRepositories,
  },
};

const specs = ['**/*.spec.ts', 'test/**', 'libs/testing/**'];

export default defineConfig(
  globalIgnores(['dist/', '.data/', 'coverage/']),
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    plugins: { house, sonarjs },
    rules: {
      'max-lines': ['error', 300],
      'max-lines-per-function': ['error', 50],
      'sonarjs/cognitive-complexity': ['error', 12],
      'house/max-parameters': 'error',
      'house/no-swallowed-error': 'error',
    },
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // Nest's modules are empty classes with a decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // What validation has promised (`exactly one of a, b`) is not always something a type can say.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Nest's and its neighbours' options are classes by name only; literals are how they are meant to be given.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An async method may have nothing to wait for yet keep the promise its callers count on.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    files: ['libs/**', 'apps/**'],
    rules: {
      'no-console': 'error',
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['**/libs/**'], message: 'Import a lib by its name: #kernel, #database, …' }] },
      ],
      'house/no-process-env': 'error',
      'house/no-system-clock': 'error',
      'house/permit-on-routes': 'error',
      'house/scope-first': 'error',
      'house/sql-in-repositories': 'error',
    },
  },
  { files: ['libs/config/**'], rules: { 'house/no-process-env': 'off' } },
  { files: ['libs/kernel/clock.ts', 'apps/line-emulator/**'], rules: { 'house/no-system-clock': 'off' } },
  {
    // The emulator and standalone are programs for a terminal and stand outside the product's doors.
    files: ['apps/line-emulator/**', 'apps/standalone/**'],
    rules: { 'no-console': 'off', 'house/permit-on-routes': 'off' },
  },
  {
    files: ['libs/database/**', '**/*.repository.ts', '**/conditions/**', '**/migrations/**'],
    rules: { 'house/sql-in-repositories': 'off' },
  },
  // A migration is one list of statements, read once from top to bottom.
  { files: ['**/migrations/**'], rules: { 'max-lines-per-function': 'off' } },
  // The kinds of syntax nodes are an enum by type and plain strings in ESLint's own rules.
  { files: ['tools/eslint-rules/**'], rules: { '@typescript-eslint/no-unsafe-enum-comparison': 'off' } },
  {
    files: specs,
    rules: {
      // A describe block is as long as the behaviour it lists.
      'max-lines-per-function': 'off',
      // Answers are read as JSON, and expect() is there to find out what they are.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'no-console': 'off',
      'house/no-process-env': 'off',
      'house/no-system-clock': 'off',
      'house/scope-first': 'off',
      'house/sql-in-repositories': 'off',
    },
  },
  { files: ['**/*.spec.ts'], rules: { 'house/no-sleep-in-specs': 'error' } },
);
