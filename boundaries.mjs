/**
 * The architecture as one ordered list, lowest floor first: a lib imports only what stands before it.
 * `npm run boundaries` holds every import of the repository against it.
 */
export const libs = [
  'kernel',
  'config',
  'mail',
  'database',
  'jobs',
  'line',
  'http',
  'audit',
  'workspaces',
  'channels',
  'members',
  'linking',
  'events',
  'products',
  'segments',
  'messages',
  'delivery',
  'campaigns',
  'automations',
  'rich-menus',
  'tracking',
  'loyalty',
  'conversations',
  'reports',
  'testing',
];

/** Packages that one lib hides from the rest of the product. Benchmarks may use them to measure a bare floor. */
export const packageOwners = {
  bullmq: 'jobs',
  '@nestjs/bullmq': 'jobs',
  '@line/bot-sdk': 'line',
  nodemailer: 'mail',
};
