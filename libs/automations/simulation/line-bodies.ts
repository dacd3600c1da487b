import type { Readable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { parseJsonBody, type ApiRequest } from '#http';
import { fileTooLarge } from './simulation.errors.js';

/** Configuration of the routes that take a request and then lines. */
export const LINES_ROUTE = { takesLines: true };

/** As much as a whole request of JSON may have. */
const LONGEST_REQUEST = 5 * 1024 ** 2;
const NEWLINE = 0x0a;

interface LinesRequest extends ApiRequest {
  lines?: AsyncIterable<Buffer>;
}

/**
 * Takes `application/x-ndjson` where a route is made for it: the first line becomes the body, and what follows can be read
 * as it comes in. Everywhere else it stays refused.
 */
@Injectable()
export class LineBodies implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance();
    fastify.addContentTypeParser('application/x-ndjson', (request: LinesRequest, payload: Readable, done) => {
      const { takesLines } = request.routeOptions.config as Partial<typeof LINES_ROUTE>;
      if (!takesLines) return done(notHere());
      firstLine(payload).then(
        ({ first, rest }) => {
          request.lines = rest;
          done(null, first);
        },
        (error: unknown) => done(error as Error),
      );
    });
  }
}

/** What follows the first line of the body; undefined where that was JSON. */
export function linesOf(request: ApiRequest): AsyncIterable<Buffer> | undefined {
  return (request as LinesRequest).lines;
}

async function firstLine(payload: Readable): Promise<{ first: unknown; rest: AsyncIterable<Buffer> }> {
  const chunks = payload[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let bytes: Buffer = Buffer.alloc(0);
  let end = -1;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) {
    bytes = Buffer.concat([bytes, next.value]);
    end = bytes.indexOf(NEWLINE);
    if (end >= 0) break;
    if (bytes.length > LONGEST_REQUEST) throw fileTooLarge(LONGEST_REQUEST);
  }
  const line = end < 0 ? bytes : bytes.subarray(0, end);
  return { first: parseJsonBody(line), rest: following(end < 0 ? undefined : bytes.subarray(end + 1), chunks) };
}

async function* following(begun: Buffer | undefined, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  if (begun) yield begun;
  for (let next = await chunks.next(); !next.done; next = await chunks.next()) yield next.value;
}

/** What Fastify itself says of a content type that nothing reads. */
function notHere(): Error {
  return Object.assign(new Error('Lines of JSON are not read here.'), {
    code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    statusCode: 415,
  });
}
