import { AppError, invalid, pointerStep } from '#kernel';

export const workspaceExists = () => new AppError('workspaces.exists', 409, 'This workspace was made before.');

export const currencyFixed = () =>
  new AppError('workspaces.currency_fixed', 409, 'The currency cannot change any more: amounts are stored in it.');

/** @param path what of the request brought it about */
export const unpriced = (path: string) =>
  invalid([{ path, detail: 'a ceiling for money is in whole yen, and of a workspace whose currency is JPY' }]);

export const permitNotHeld = (permit: string) =>
  new AppError('workspaces.permit_not_held', 403, `Who does not have ${permit} can neither grant nor take it.`, {
    details: { permit },
  });

export const permitsUnknown = (positions: number[]) =>
  invalid(positions.map((at) => ({ path: `/permits${pointerStep(at)}`, detail: 'is not a permit' })));
