import { AppError } from '#kernel';

export function wrongSignature(): AppError {
  return new AppError('channels.wrong_signature', 401, 'The signature is not the one of this body and channel.');
}

export function alreadyConnected(channelId: string): AppError {
  return new AppError('channels.already_connected', 409, 'This LINE channel is connected to the workspace already.', {
    details: { channelId },
  });
}

/** @param referrers what still needs the channel */
export function channelInUse(referrers: { kind: string; id: string; name: string }[]): AppError {
  return new AppError('channels.in_use', 409, 'The channel is in use.', { details: { referrers } });
}

/** LINE does not take the credentials: the caller's mistake, at a place of the caller's body. */
export function credentialsRefused(detail: string): AppError {
  return new AppError('channels.credentials_refused', 400, 'LINE does not accept these credentials.', {
    errors: [{ path: '/accessToken', detail }],
  });
}

export function lineUnreachable(detail: string): AppError {
  return new AppError('channels.line_unreachable', 502, `LINE gave no answer (${detail}), so nothing was verified.`);
}

export function lineBusy(): AppError {
  return new AppError('channels.line_busy', 503, 'LINE asks to try again later, so nothing was verified.');
}
