export { createTestDatabase, type TestDatabase } from './test-database.js';
export { testScope } from './test-scope.js';
