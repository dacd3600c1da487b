/** Where in the request something is wrong: `path` is a JSON pointer (RFC 6901) into the body. */
export interface FieldError {
  path: string;
  detail: string;
}

/**
 * A refusal: expected, explained to the caller, never retried by a job.
 * Anything else that is thrown is a bug or an outage.
 */
export class AppError extends Error {
  override readonly name = 'AppError';

  /**
   * @param code `feature.what_is_wrong`, stable, for programs
   * @param status the HTTP status that tells it best
   * @param message one sentence for people, without personal data
   */
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
    readonly extra: { errors?: FieldError[]; details?: Record<string, unknown> } = {},
  ) {
    super(message);
  }
}

/** 404 for what does not exist in this workspace, which includes everything of any other workspace. */
export function notFound(what: string): AppError {
  return new AppError(`${what}.not_found`, 404, `There is no such ${what.replace(/-/g, ' ')} in this workspace.`);
}

/** 400 naming every offending place. */
export function invalid(errors: FieldError[], message = 'The request is not valid.'): AppError {
  return new AppError('request.invalid', 400, message, { errors });
}
