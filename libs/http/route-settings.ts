/** What a route's Fastify configuration says. */
export interface RouteSettings {
  /** Gives the bytes of the body in `request.rawBody`, for signatures, and does not parse them: `parseJsonBody` does. */
  rawBody?: boolean;
}
