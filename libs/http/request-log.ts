import { Logger } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

/** One line a request: the route's pattern, never the address, which may hold somebody's id. */
export function logRequests(app: NestFastifyApplication): void {
  const log = new Logger('Request');
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onResponse', (request, reply, done) => {
    const line = {
      msg: 'request',
      requestId: request.id,
      method: request.method,
      route: request.routeOptions.url,
      status: reply.statusCode,
      milliseconds: Math.round(reply.elapsedTime * 10) / 10,
    };
    if (reply.statusCode >= 400) log.log(line);
    else log.debug(line);
    done();
  });
}
