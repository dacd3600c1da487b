import { STATUS_CODES } from 'node:http';
import type { FieldError } from '#kernel';

/** RFC 9457; `code` is for programs, `detail` for people. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  errors?: FieldError[];
  details?: Record<string, unknown>;
  requestId: string;
}

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** What went wrong, before it is known in which request. */
export type Refusal = Pick<Problem, 'status' | 'code' | 'detail' | 'errors' | 'details'>;

export function problemOf({ status, code, detail, errors, details }: Refusal, requestId: string): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  return {
    type: 'about:blank',
    title,
    status,
    code,
    detail,
    ...(errors && { errors }),
    ...(details && { details }),
    requestId,
  };
}
