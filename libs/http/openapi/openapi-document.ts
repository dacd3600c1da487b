import { routesOf, type AnyModule } from '../routes.js';
import type { Schema } from './constraint-schemas.js';
import { operationOf } from './operations.js';
import { Schemas } from './schemas.js';

const DESCRIPTION =
  'JSON in UTF-8. Fields that are not described here are refused. Instants are RFC 3339 with offset, amounts are decimal ' +
  "numbers in the workspace's currency. What is refused is answered by a problem document (RFC 9457) whose `errors` name " +
  'each place by a JSON pointer.';

const PROBLEM: Schema = {
  type: 'object',
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'For programs: `feature.what_is_wrong`.' },
    detail: { type: 'string', description: 'For people.' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        properties: { path: { type: 'string' }, detail: { type: 'string' } },
        required: ['path', 'detail'],
      },
    },
    details: { type: 'object' },
    requestId: { type: 'string' },
  },
  required: ['type', 'title', 'status', 'code', 'detail', 'requestId'],
};

/** The OpenAPI 3.1 document of the routes of some modules, made of the decorators that also check every request. */
export function openApiDocument(...modules: AnyModule[]): Schema {
  const schemas = new Schemas();
  const paths: Record<string, Record<string, Schema>> = {};
  const routes = routesOf(...modules)
    // Pages are for people, and change as they need it.
    .filter(({ path }) => !path.startsWith('/p/'))
    .sort((a, b) => (a.path < b.path ? -1 : Number(a.path > b.path)));
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operationOf(route, schemas) };
  }
  const bearer = (description: string) => ({ type: 'http', scheme: 'bearer', description });
  const components = Object.entries({ ...schemas.components, Problem: PROBLEM });
  return {
    openapi: '3.1.0',
    info: {
      title: 'Tsunagi',
      version: '1',
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: Object.fromEntries(components.sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        apiKey: bearer('An API key of the workspace; `x-permit` names the permit it needs.'),
        adminKey: bearer('The ADMIN_KEY of the installation.'),
      },
    },
  };
}
