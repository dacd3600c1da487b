import { AppError } from '#kernel';
import type { JourneyState } from './journey.entity.js';

/** @param wanted what was asked for, such as `activated` */
export function wrongState(state: JourneyState, wanted: string): AppError {
  return new AppError('journeys.wrong_state', 409, `A journey that is ${state} cannot be ${wanted}.`, {
    details: { state },
  });
}

/** @param runs of people who have not come to the end of it */
export function peopleInside(runs: number): AppError {
  const detail = 'There are people inside. Deactivate the journey with { "inside": "stop" } to end their runs.';
  return new AppError('journeys.people_inside', 409, detail, { details: { runs } });
}

/** @param wanted what was asked for, such as `retried` */
export function wrongRunState(state: string, wanted: string): AppError {
  return new AppError('journeys.wrong_run_state', 409, `A run that is ${state} cannot be ${wanted}.`, {
    details: { state },
  });
}
