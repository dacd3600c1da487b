import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';

/** Configuration of the one route that takes pictures. */
export const IMAGE_ROUTE = { takesImages: true };

/** Lets the bytes of a picture in, where a route is made for them; everywhere else they stay refused. */
@Injectable()
export class ImageBodies implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost<FastifyAdapter>) {}

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance();
    // Read whole, however large the API allows, so that a refusal can tell the numbers.
    fastify.addContentTypeParser<Buffer>(['image/png', 'image/jpeg'], { parseAs: 'buffer' }, (request, body, done) => {
      const { takesImages } = request.routeOptions.config as Partial<typeof IMAGE_ROUTE>;
      if (takesImages) done(null, body);
      else done(notHere());
    });
  }
}

/** What Fastify itself says of a content type that nothing reads. */
function notHere(): Error {
  return Object.assign(new Error('Pictures are not read here.'), {
    code: 'FST_ERR_CTP_INVALID_MEDIA_TYPE',
    statusCode: 415,
  });
}
