import { AppError } from '#kernel';

export function noCsv(): AppError {
  return new AppError('campaigns.no_csv', 415, 'Send the file itself with `Content-Type: text/csv`.');
}

/** @param most bytes */
export function audienceTooLarge(most: number): AppError {
  const detail = `A file of people has at most ${most} bytes.`;
  return new AppError('campaigns.audience_too_large', 413, detail, { details: { most } });
}

export function audienceUnreadable(detail: string): AppError {
  return new AppError('campaigns.audience_unreadable', 400, detail, { errors: [{ path: '', detail }] });
}

/** @param most audiences of a workspace that are being read */
export function tooManyAudiences(most: number): AppError {
  const detail = `At most ${most} audiences may be on their way at a time.`;
  return new AppError('campaigns.too_many_audiences', 409, detail, { details: { most } });
}

/** @param by campaigns that have not ended */
export function audienceInUse(by: { id: string; name: string }[]): AppError {
  const detail = 'Campaigns that have not ended name this audience.';
  const referrers = by.map((one) => ({ kind: 'campaign', ...one }));
  return new AppError('campaigns.audience_in_use', 409, detail, { details: { referrers } });
}

export function audienceNotReady(state: string): AppError {
  const detail = `The audience is ${state}, so nobody can be sent to yet.`;
  return new AppError('campaigns.audience_not_ready', 409, detail, { details: { state } });
}

/** @param people how many */
export function audienceOfAnotherChannel(people: number): AppError {
  const detail = 'The audience names LINE users of another channel than the campaign’s.';
  return new AppError('campaigns.audience_of_another_channel', 409, detail, { details: { people } });
}

/** @param people how many */
export function audienceWithoutValues(people: number): AppError {
  const detail = 'The audience names LINE users who are no members, and so have no values for the variables.';
  return new AppError('campaigns.audience_without_values', 409, detail, { details: { people } });
}
