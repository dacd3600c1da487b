import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { parseJsonBody, type ApiRequest } from '#http';
import { noBeacon } from '../tracking.errors.js';

/** Configuration of the routes that take beacons. */
export const BEACON_ROUTE = { takesBeacons: true };
const MOST_BYTES = 8 * 1024;

/** Lets JSON in as plain text, which browsers send across origins without asking first; everywhere else it is refused. */
@Injectable()
export class BeaconBodies implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance();
    const options = { parseAs: 'buffer', bodyLimit: MOST_BYTES } as const;
    fastify.addContentTypeParser<Buffer>('text/plain', options, (request, body, done) => {
      const { takesBeacons } = request.routeOptions.config as Partial<typeof BEACON_ROUTE>;
      if (takesBeacons) done(null, body);
      else done(notHere());
    });
  }
}

/** What a beacon says. @throws AppError 415 for another content type, 400 for what is not JSON */
export function beaconOf({ body }: ApiRequest): unknown {
  if (!Buffer.isBuffer(body)) throw noBeacon();
  return parseJsonBody(body);
}

/** What Fastify itself says of a content type that nothing reads. */
function notHere(): Error {
  return Object.assign(new Error('Plain text is not read here.'), {
    code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    statusCode: 415,
  });
}
