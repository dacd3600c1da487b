import { isUtf8 } from 'node:buffer';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppError } from '#kernel';
import type { ApiRequest } from './api-request.js';
import type { RouteSettings } from './route-settings.js';

/** 1,000 purchases with twenty lines each are about 3 MB. */
export const BODY_LIMIT = 5 * 1024 * 1024;

const malformed = (detail: string) =>
  new AppError('http.malformed_json', 400, detail, { errors: [{ path: '', detail }] });

/** JSON is the only thing that is read; anything else is 415. How deep it may nest is decided where it is parsed. */
export function acceptJson(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if ((request.routeOptions.config as RouteSettings).rawBody) {
      // Nothing is read of a body before its signature is known to be right.
      (request as ApiRequest).rawBody = body;
      return done(null, undefined);
    }
    try {
      done(null, parseJsonBody(body));
    } catch (error) {
      done(error as Error);
    }
  });
}

/**
 * What the bytes of a body say; undefined where there are none.
 * @param texts `unread`: takes each byte for a character, which leaves the structure as it is and is twice as fast, for
 *   those who do not look at texts
 * @throws AppError 400 for what is not JSON in UTF-8
 */
export function parseJsonBody(body: Buffer, texts: 'read' | 'unread' = 'read'): unknown {
  if (body.length === 0) return undefined;
  if (!isUtf8(body)) throw malformed('The body is not UTF-8.');
  try {
    return JSON.parse(body.toString(texts === 'read' ? 'utf8' : 'latin1')) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw malformed('The body is not JSON.');
    throw error;
  }
}
