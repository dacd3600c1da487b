import { isUtf8 } from 'node:buffer';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AppError } from '#kernel';
import type { ApiRequest } from './api-request.js';
import { isPage } from './plain-page.js';

/** A form of ours has a handful of short fields. */
export const FORM_LIMIT = 8 * 1024;
const MOST_FIELDS = 50;

const malformed = (detail: string) => new AppError('http.malformed_form', 400, detail);

/** HTML forms, of the pages for people only: the rest of the API takes JSON, and nothing a browser can forge. */
export function acceptForms(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  const options = { parseAs: 'buffer', bodyLimit: FORM_LIMIT } as const;
  fastify.addContentTypeParser<Buffer>('application/x-www-form-urlencoded', options, (request, body, done) => {
    if (!isPage(request)) {
      return done(new AppError('http.unsupported_media_type', 415, 'Send JSON with `Content-Type: application/json`.'));
    }
    // Read by the page that asked for it, which can also say what is wrong with it.
    (request as ApiRequest).formBody = body;
    done(null, undefined);
  });
}

/** The fields of a form. @throws AppError 400 for what no form of ours sends: other bytes than UTF-8, a field twice */
export function parseFormBody(body: Buffer): Record<string, string> {
  if (!isUtf8(body)) throw malformed('The form is not UTF-8.');
  const fields = new Map<string, string>();
  for (const pair of body.toString('utf8').split('&').filter(Boolean)) {
    const equals = pair.indexOf('=');
    const name = decoded(equals < 0 ? pair : pair.slice(0, equals));
    if (fields.has(name)) throw malformed('A field stands in the form twice.');
    fields.set(name, equals < 0 ? '' : decoded(pair.slice(equals + 1)));
    if (fields.size > MOST_FIELDS) throw malformed('The form has too many fields.');
  }
  return Object.fromEntries(fields);
}

function decoded(text: string): string {
  let value: string;
  try {
    value = decodeURIComponent(text.replace(/\+/g, ' '));
  } catch (error) {
    if (error instanceof URIError) throw malformed('The form is not encoded as forms are.');
    throw error;
  }
  if (value.includes('\0')) throw malformed('The form holds a character that cannot be stored.');
  return value;
}
