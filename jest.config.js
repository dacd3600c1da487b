import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

const { exclude: _exclude, sourceMaps: _maps, $schema: _schema, ...swc } = JSON.parse(readFileSync('.swcrc', 'utf8'));

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  reporters: ['default', '<rootDir>/tools/jest-reporter.js'],
  // Property specs ask Postgres hundreds of questions, maybe while a machine of two cores does other things too.
  testTimeout: 30_000,
  // ES modules of a spec stay in its process for good: workers are begun anew in time, which the main process cannot be.
  maxWorkers: Math.max(2, availableParallelism() - 1),
  workerIdleMemoryLimit: '1GB',
  testMatch: ['<rootDir>/{libs,apps,test,tools}/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, sourceMaps: 'inline', swcrc: false }] },
  // Our files import each other as `./x.js`, the name they have once built.
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  globalSetup: '<rootDir>/dist/libs/testing/global-setup.js',
  globalTeardown: '<rootDir>/dist/libs/testing/global-teardown.js',
  setupFiles: ['<rootDir>/libs/testing/load-nest-first.ts'],
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
};
