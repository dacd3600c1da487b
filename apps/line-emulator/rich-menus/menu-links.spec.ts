import { expect, it } from '@jest/globals';
import { MenuLinks } from './menu-links.js';

it('The menus of half a million people cost two megabytes', () => {
  const links = new MenuLinks();
  for (let user = 0; user < 500_000; user++) links.set(user, 7);
  expect(links.set(499_999, 8)).toBe(7);
  expect(links.copy().byteLength).toBeLessThan(2.2e6);
  let [people, last] = [0, 0];
  links.each((_user, menu) => {
    people++;
    last = menu;
  });
  expect({ people, last, beyond: links.of(2_000_000) }).toEqual({ people: 500_000, last: 8, beyond: 0 });
});
