import { AppError, type FieldError } from '#kernel';

/** @param most simulations that one process runs at a time */
export function tooManySimulations(most: number): AppError {
  const detail = `${most} simulations are running already. Try again when one of them is done.`;
  return new AppError('journeys.simulations_busy', 429, detail);
}

export function fileTooLarge(most: number): AppError {
  return new AppError('journeys.simulation_too_large', 413, `The events are more than ${most} bytes.`);
}

/** @param line the first is 1 */
export function malformedLine(line: number): FieldError {
  return { path: `/${line}`, detail: 'must be a JSON object in UTF-8, alone on its line' };
}
