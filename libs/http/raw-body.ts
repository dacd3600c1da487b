import { RouteConfig } from '@nestjs/platform-fastify';

/** What a route's Fastify configuration says. */
export interface RouteSettings {
  rawBody?: boolean;
}

/** Keeps the bytes of the body in `request.rawBody`, for signatures. */
export function RawBody(): MethodDecorator {
  return RouteConfig({ rawBody: true } satisfies RouteSettings);
}
