import { AppError } from '#kernel';

export function approvesOwn(): AppError {
  return new AppError('campaigns.own_approval', 403, 'Who scheduled a campaign cannot approve it.');
}

export function changedMeanwhile(): AppError {
  return new AppError('campaigns.changed', 409, 'What is to be sent is not what was seen any more.');
}
