import type { FastifyInstance, FastifyRequest } from 'fastify';

/** A query or a form. What is empty or given twice counts as missing: LINE takes neither. */
export class Parameters {
  constructor(private readonly values: URLSearchParams) {}

  /** The form of a request with one, else its query. */
  static of(request: FastifyRequest): Parameters {
    return request.body instanceof URLSearchParams ? new Parameters(request.body) : Parameters.ofUrl(request.url);
  }

  /** @param url absolute, or a path of ours */
  static ofUrl(url: string): Parameters {
    return new Parameters(new URL(url, 'http://line').searchParams);
  }

  one(name: string): string | undefined {
    const [value, ...more] = this.values.getAll(name);
    return value === '' || more.length > 0 ? undefined : value;
  }

  /** True also for a parameter without a usable value. */
  has(name: string): boolean {
    return this.values.has(name);
  }
}

/** Makes the routes of this part of the server, and only these, take forms. */
export function takeForms(app: FastifyInstance): void {
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
}
