import { AppError } from '#kernel';
import type { CampaignState } from './campaigns.dto.js';

/** @param wanted what was asked for, such as `scheduled` */
export function wrongState(state: CampaignState, wanted: string): AppError {
  return new AppError('campaigns.wrong_state', 409, `A campaign that is ${state} cannot be ${wanted}.`, {
    details: { state },
  });
}

export function neverComes(): AppError {
  return new AppError('campaigns.never_comes', 409, 'It ends before it would come for the first time.');
}

export function nobodySkipped(): AppError {
  return new AppError('campaigns.nobody_skipped', 409, 'Nobody was skipped for these reasons.');
}

export function noTesters(): AppError {
  return new AppError('campaigns.no_testers', 409, 'Nobody is named, and the channel knows none of the testers.');
}

/** @param left messages that LINE still sends this month */
export function quotaShort(people: number, left: number): AppError {
  const words = `It would go to ${people} people, and LINE sends ${left} more messages this month.`;
  return new AppError('campaigns.quota_short', 409, words, { details: { people, left } });
}
