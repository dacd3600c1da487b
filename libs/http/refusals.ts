import { HttpException } from '@nestjs/common';
import { AppError } from '#kernel';
import type { Refusal } from './problem.js';

/** Where the framework, not a feature, refuses: what we say for its status. */
const byStatus: Record<number, Omit<Refusal, 'status'>> = {
  400: { code: 'http.bad_request', detail: 'The request cannot be read.' },
  404: { code: 'http.no_such_route', detail: 'There is nothing at this address for this method.' },
  405: { code: 'http.method_not_allowed', detail: 'This method is not known here.' },
  408: { code: 'http.request_timeout', detail: 'The request did not arrive in time.' },
  413: { code: 'http.body_too_large', detail: 'The body is too large.' },
  414: { code: 'http.address_too_long', detail: 'The address is too long.' },
  415: { code: 'http.unsupported_media_type', detail: 'Send JSON with `Content-Type: application/json`.' },
  431: { code: 'http.headers_too_large', detail: 'The headers are too large.' },
  503: { code: 'http.unavailable', detail: 'The service is not available at this moment; try again.' },
};

/**
 * Postgres is away, full, takes nothing more (a replica, or a disk that is to be spared), or gave up on a transaction so
 * that another could go on: nothing was stored, and the same request may well succeed later. SQLSTATE classes of the
 * Postgres manual, appendix A, and Node's codes.
 */
const PASSING = /^(08...|53...|57P0[123]|58030|25006|40001|40P01|55P03|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EPIPE)$/;
/** What `pg` says without a code: the connection ended under a statement, or none came free in time. */
const CONNECTION_LOST = /^(Connection terminated|timeout exceeded when trying to connect)/;

/** What to answer for anything thrown; undefined for a bug. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof AppError) {
    const { code, status, message: detail, extra } = error;
    return { code, status, detail, errors: extra.errors, details: extra.details };
  }
  const status = statusOf(error);
  if (status === undefined || status === 500) return undefined;
  return { status, ...(byStatus[status] ?? { code: `http.status_${status}`, detail: 'The request was refused.' }) };
}

function statusOf(error: unknown): number | undefined {
  if (error instanceof HttpException) return error.getStatus();
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, statusCode, message } = error as { code?: unknown; statusCode?: unknown; message?: unknown };
  if (typeof code !== 'string') return CONNECTION_LOST.test(String(message)) ? 503 : undefined;
  // Fastify's own errors carry the status they mean.
  if (code.startsWith('FST_') && typeof statusCode === 'number') return statusCode;
  return PASSING.test(code) ? 503 : undefined;
}
