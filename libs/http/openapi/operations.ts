import { HTTP_CODE_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { shapeOf, type Class } from '#kernel';
import { ANSWERS, type Answer } from '../answers.js';
import { IDEMPOTENT } from '../idempotent.js';
import type { Route } from '../routes.js';
import type { Schema } from './constraint-schemas.js';
import type { Schemas } from './schemas.js';

const json = (schema: Schema) => ({ 'application/json': { schema } });
const PROBLEM = {
  description: 'What is wrong.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** One operation of the document, from what its handler's decorators say. */
export function operationOf(route: Route, schemas: Schemas): Schema {
  const { controller, handler, access, path } = route;
  const method = (controller.prototype as Record<string, object>)[handler]!;
  const body = parameterOf(route, RouteParamtypes.BODY);
  const query = parameterOf(route, RouteParamtypes.QUERY);
  const feature = controller.name.replace(/Controller$/, '');
  const parameters = [
    ...path.split('/').flatMap((part) => (part.startsWith(':') ? [pathParameter(part.slice(1))] : [])),
    ...(query ? queryParameters(query, schemas) : []),
    ...(Reflect.hasMetadata(IDEMPOTENT, method) ? [IDEMPOTENCY_KEY] : []),
  ];
  return {
    operationId: `${feature[0]!.toLowerCase()}${feature.slice(1)}_${handler}`,
    tags: [feature],
    ...(access?.kind === 'permit' && { 'x-permit': access.permit }),
    security: access?.kind === 'permit' ? [{ apiKey: [] }] : access?.kind === 'admin' ? [{ adminKey: [] }] : [],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: json(schemas.of(body)) } }),
    responses: { ...responseOf(route, method, schemas), default: PROBLEM },
  };
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  schema: { type: 'string', minLength: 1, maxLength: 255 },
  description: 'The same key and body get the same answer for 24 hours; the same key with another body gets 409.',
};

function pathParameter(name: string): Schema {
  return { name, in: 'path', required: true, schema: { type: 'string', maxLength: 128 } };
}

function queryParameters(query: Class, schemas: Schemas): Schema[] {
  const initial = new query() as Record<string, unknown>;
  return [...shapeOf(query).fields.values()].map((field) => ({
    name: field.name,
    in: 'query',
    required: !field.optional,
    schema: schemas.field(field, initial[field.name]),
  }));
}

function responseOf(route: Route, method: object, schemas: Schemas): Schema {
  const answer = Reflect.getMetadata(ANSWERS, method) as Answer | undefined;
  const usual =
    (Reflect.getMetadata(HTTP_CODE_METADATA, method) as number | undefined) ?? (route.method === 'POST' ? 201 : 200);
  if (!answer?.of) return { [answer?.status ?? usual]: { description: 'Done.' } };
  const item = schemas.of(answer.of);
  const list = { type: 'array', items: item };
  const page = {
    type: 'object',
    properties: { items: list, nextCursor: { type: ['string', 'null'] } },
    required: ['items', 'nextCursor'],
  };
  return { [answer.status]: { description: 'Done.', content: json(answer.page ? page : answer.list ? list : item) } };
}

/** The class that a handler's parameter of this kind is declared with. */
function parameterOf({ controller, handler }: Route, kind: RouteParamtypes): Class | undefined {
  const args = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, handler) as
    Record<string, { index: number }> | undefined;
  const found = Object.entries(args ?? {}).find(([key]) => key.split(':')[0] === String(kind));
  if (!found) return undefined;
  const types = Reflect.getMetadata('design:paramtypes', controller.prototype as object, handler) as unknown[];
  const type = types[found[1].index];
  return typeof type === 'function' && type !== Object && type !== String && type !== Array
    ? (type as Class)
    : undefined;
}
