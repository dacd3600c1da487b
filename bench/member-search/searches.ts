import { mailOf } from '../segments/generated-shop.js';

const LINKED = ['', 'linked=true&', 'linked=false&'];
/** Nobody in the shop is a user: what is searched for in vain must not take longer. */
const ROLES = ['', 'role=contractor&', 'role=member&', 'role=user&'];
const DATES = [
  '',
  'linkedFrom=2025-04-01&',
  'linkedTo=2022-04-01&',
  'linkedFrom=2026-02-01&linkedTo=2026-02-02&',
  'linkedFrom=2030-01-01&',
];
/** Everybody, every tenth, ten, one, nobody. */
const TEXTS = ['', 'q=member-&', 'q=member-1&', 'q=member-12345&', `q=${mailOf(4711)}&`, 'q=stranger&'];

/** All combinations of filters that are not refused, each ending in `&`. */
export function searches(): string[] {
  return LINKED.flatMap((linked) =>
    ROLES.flatMap((role) =>
      DATES.filter((dates) => !linked.includes('false') || role + dates === '').flatMap((dates) =>
        TEXTS.map((text) => linked + role + dates + text),
      ),
    ),
  );
}
