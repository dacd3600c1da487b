import { isUtf8 } from 'node:buffer';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppError } from '#kernel';
import type { ApiRequest } from './api-request.js';
import type { RouteSettings } from './raw-body.js';

/** 1,000 purchases with twenty lines each are about 3 MB. */
export const BODY_LIMIT = 5 * 1024 * 1024;

const malformed = (detail: string) =>
  new AppError('http.malformed_json', 400, detail, { errors: [{ path: '', detail }] });

/** JSON is the only thing that is read; anything else is 415. How deep it may nest is decided where it is parsed. */
export function acceptJson(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if ((request.routeOptions.config as RouteSettings).rawBody) (request as ApiRequest).rawBody = body;
    if (body.length === 0) return done(null, undefined);
    if (!isUtf8(body)) return done(malformed('The body is not UTF-8.'));
    const parsed = parseJson(body.toString('utf8'));
    return parsed ? done(null, parsed.value) : done(malformed('The body is not JSON.'));
  });
}

function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
