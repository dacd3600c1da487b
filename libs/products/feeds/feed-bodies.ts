import type { Readable } from 'node:stream';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { ApiRequest } from '#http';
import type { FeedFormat } from './feed.entity.js';
import { noFeed } from './feeds.errors.js';

/** Configuration of the routes that take feeds. */
export const FEED_ROUTE = { takesFeeds: true };

const formats: Record<string, FeedFormat> = {
  'text/tab-separated-values': 'tsv',
  'text/csv': 'csv',
  'application/xml': 'xml',
  'text/xml': 'xml',
  'application/rss+xml': 'xml',
  'application/atom+xml': 'xml',
};

/** Hands the body of a feed on as it comes in, where a route is made for it; everywhere else it stays refused. */
@Injectable()
export class FeedBodies implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance();
    fastify.addContentTypeParser(Object.keys(formats), (request, payload, done) => {
      const { takesFeeds } = request.routeOptions.config as Partial<typeof FEED_ROUTE>;
      if (takesFeeds) done(null, payload);
      else done(notHere());
    });
  }
}

/** A feed that is coming in. @throws AppError 415 for anything else */
export function feedOf({ body, headers }: ApiRequest): { format: FeedFormat; bytes: Readable; length: number } {
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  const charset = parameters.map((one) => /^\s*charset\s*=\s*"?([^"\s]+)/.exec(one)?.[1]).find(Boolean) ?? 'utf-8';
  const format = formats[type.trim()];
  if (!format || !/^utf-?8$/.test(charset)) throw noFeed();
  // Undeclared where the sender does not know it in advance.
  return { format, bytes: body as Readable, length: Number(headers['content-length'] ?? 0) };
}

/** What Fastify itself says of a content type that nothing reads. */
function notHere(): Error {
  return Object.assign(new Error('Feeds are not read here.'), {
    code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    statusCode: 415,
  });
}
