import type { MenuRule } from './rules.dto.js';

/** Which menu has come in the place of which. */
export type MenuMoves = ReadonlyMap<string, string>;

/**
 * How one list of rules has become another where it differs in menus only: whoever had a menu by the first has the one
 * that came in its place by the second, and nobody has to be judged to know that.
 * @returns undefined where it takes a judgement: other conditions, or one menu in the place of which several have come
 */
export function movesBetween(before: readonly MenuRule[], now: readonly MenuRule[]): MenuMoves | undefined {
  if (before.length !== now.length) return undefined;
  const moves = new Map<string, string>();
  for (const [place, { when, menuId }] of before.entries()) {
    const rule = now[place]!;
    if (!isSame(when, rule.when) || (moves.get(menuId) ?? rule.menuId) !== rule.menuId) return undefined;
    moves.set(menuId, rule.menuId);
  }
  for (const [from, to] of [...moves]) if (from === to) moves.delete(from);
  return moves.size > 0 ? moves : undefined;
}

function isSame(a: object, b: object): boolean {
  const text = (value: object) => JSON.stringify(Object.entries(value).sort(([x], [y]) => (x < y ? -1 : 1)));
  return text(a) === text(b);
}
