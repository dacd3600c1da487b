/** UTF-16 units of a login id, and of what is compared. */
export const LONGEST_LOGIN_ID = 254;

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * What is compared of a login id: without regard to case, to the width of letters (NFKC) and to spaces around it, as
 * phones' keyboards change all three unasked. Undefined for what is no login id.
 */
export function loginKeyOf(loginId: string): string | undefined {
  if (loginId.length > LONGEST_LOGIN_ID || CONTROL.test(loginId) || !loginId.isWellFormed()) return undefined;
  const key = loginId.normalize('NFKC').trim().toLowerCase().normalize('NFKC');
  // One character may become eighteen.
  return key.length >= 1 && key.length <= LONGEST_LOGIN_ID ? key : undefined;
}
