import type { Readable } from 'node:stream';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ApiRequest } from '#http';
import { noCsv } from './audiences.errors.js';

const CSV = 'text/csv';

/** Configuration of the route that takes lists of people; feeds of products are handed on in the same way. */
export const CSV_ROUTE = { takesAudiences: true, takesFeeds: true };

/**
 * Hands a CSV body on as it comes in, where a route is made for it; everywhere else it stays refused. The application has
 * one reader for each content type, so this one steps back where a floor below has brought its own, which is known once
 * all modules are there.
 */
@Injectable()
export class CsvBodies implements OnApplicationBootstrap {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  onApplicationBootstrap(): void {
    const fastify = this.host.httpAdapter.getInstance();
    if (fastify.hasContentTypeParser(CSV)) return;
    fastify.addContentTypeParser(CSV, (request, payload, done) => {
      const { takesAudiences } = request.routeOptions.config as Partial<typeof CSV_ROUTE>;
      if (takesAudiences) done(null, payload);
      else done(notHere());
    });
  }
}

/** A file that is coming in. @throws AppError 415 for anything else */
export function csvOf({ body, headers }: ApiRequest): { bytes: AsyncIterable<Buffer>; length: number } {
  const type = (headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type !== CSV) throw noCsv();
  // Undeclared where the sender does not know it in advance.
  return { bytes: chunksOf(body as Readable), length: Number(headers['content-length'] ?? 0) };
}

/**
 * Who is refused in the middle of it should hear why, which nobody can on a connection that is destroyed: what is still
 * to come is let go by.
 */
async function* chunksOf(body: Readable): AsyncGenerator<Buffer> {
  try {
    yield* body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } finally {
    body.resume();
  }
}

/** What Fastify itself says of a content type that nothing reads. */
function notHere(): Error {
  return Object.assign(new Error('CSV is not read here.'), { code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE', statusCode: 415 });
}
