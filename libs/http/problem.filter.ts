import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { ApiReply, ApiRequest } from './api-request.js';
import { isPage, PLAIN_PAGE_HEADERS, plainPage } from './plain-page.js';
import { PROBLEM_TYPE, problemOf, type Refusal } from './problem.js';
import { refusalOf } from './refusals.js';

const BUG: Refusal = {
  status: 500,
  code: 'http.internal_error',
  detail: 'Something went wrong on our side; it has been logged under the request id.',
};

/** Answers everything that is thrown, programs by a problem document and people by a page; logs what was not foreseen. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<ApiRequest>(), http.getResponse<ApiReply>());
  }

  answer(error: unknown, request: ApiRequest, reply: ApiReply): void {
    const refusal = refusalOf(error) ?? BUG;
    if (refusal.status >= 500) {
      const route = request.routeOptions.url;
      this.log.error({
        msg: 'A request failed.',
        requestId: request.id,
        method: request.method,
        route,
        error: harmless(error),
      });
    }
    const { status } = refusal;
    if (status === 401) void reply.header('www-authenticate', 'Bearer');
    if (status === 429) void reply.header('retry-after', Number(refusal.details?.retryAfterSeconds ?? 1));
    if (status === 503) void reply.header('retry-after', '1');
    if (request.explain) return request.explain(refusal, reply);
    if (isPage(request)) {
      const page = plainPage(status, request.headers['accept-language']);
      return void reply.status(status).headers(PLAIN_PAGE_HEADERS).send(page);
    }
    void reply.status(status).header('content-type', PROBLEM_TYPE).send(problemOf(refusal, request.id));
  }
}

/** A database error carries the statement's values, which may be a person's; only what cannot goes to the log. */
function harmless(error: unknown): object {
  if (!(error instanceof Error)) return { message: typeof error };
  const { name, message, stack } = error;
  const cause = error.cause === undefined ? undefined : harmless(error.cause);
  return { type: name, code: (error as { code?: unknown }).code, message, stack, ...(cause && { cause }) };
}
