import { AppError } from '#kernel';

const refusedForGood = () => new AppError('mail.refused', 502, 'The mail server does not deliver to this address.');

/**
 * What went wrong, without what the server said: servers name the address in their refusals, and errors are logged.
 * @param error what nodemailer threw
 */
export function harmless(error: unknown): Error {
  const { code, responseCode, command } = error as { code?: unknown; responseCode?: unknown; command?: unknown };
  // 5xx is for good (RFC 5321, 4.2.1); about the sender or the sign-in, that is still for an operator to repair.
  if (command === 'RCPT TO' && Number(responseCode) >= 500) return refusedForGood();
  const reply = typeof responseCode === 'number' ? ` ${responseCode}` : '';
  const known = typeof code === 'string' ? code : 'NO_ANSWER';
  return Object.assign(new Error(`The mail was not taken: ${known}${reply}.`), { code: known });
}
