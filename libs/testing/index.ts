export { createTestDatabase, type TestDatabase } from './test-database.js';
export { testScope } from './test-scope.js';
export { drainJobs, type DrainOptions } from './drain-jobs.js';
export { EmulatorProcess, type EmulatorFault } from './emulator-process.js';
export {
  AGENTS,
  Browser,
  formTokenOf,
  into,
  type BrowserSettings,
  type Seen,
  type Site,
} from '../../apps/line-emulator/testing/browser.js';
export { eventually } from './eventually.js';
export { TcpProxy } from './tcp-proxy.js';
export { Installation } from './installation.js';
export {
  createTestApp,
  TEST_ADMIN_KEY,
  type TestAnswer,
  type TestApp,
  type TestAppOptions,
  type TestWorkspace,
} from './test-app.js';
