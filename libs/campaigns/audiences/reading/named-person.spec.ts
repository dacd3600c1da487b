import { describe, expect, it } from '@jest/globals';
import { layoutOf, UNNAMED } from './layout.js';
import { namedPerson } from './named-person.js';

const LINE_USER = `U${'0'.repeat(32)}`;

describe('whom a row names', () => {
  it('is told by the names of the columns, however they are written', () => {
    expect(layoutOf(['名前', '会員ＩＤ'])).toEqual({ member: 1, lineUser: null });
    expect(layoutOf(['LINE_User_ID', 'member id'])).toEqual({ member: 1, lineUser: 0 });
    expect(layoutOf(['m1', 'x'])).toBeUndefined();
  });

  it('is a LINE user by the form of the id where the columns have no names', () => {
    expect(namedPerson([LINE_USER], UNNAMED)).toEqual({ kind: 'lineUser', value: LINE_USER });
    expect(namedPerson([LINE_USER.toLowerCase()], UNNAMED)).toMatchObject({ kind: 'member' });
    expect(namedPerson([LINE_USER], { member: 0, lineUser: null })).toMatchObject({ kind: 'member' });
  });

  it('is a member before a LINE user where a row names both', () => {
    const layout = { member: 0, lineUser: 1 };
    expect(namedPerson(['m1', LINE_USER], layout)).toEqual({ kind: 'member', value: 'm1' });
    expect(namedPerson([' ', LINE_USER], layout)).toEqual({ kind: 'lineUser', value: LINE_USER });
  });

  it('keeps the zeros that spreadsheets keep', () => {
    expect(namedPerson(['="0012"'], UNNAMED)).toEqual({ kind: 'member', value: '0012' });
  });

  it.each([[[]], [['']], [['a\u0000b']], [['x'.repeat(129)]], [['\ufffd']]])('is nobody in %j', (fields) => {
    const named = namedPerson(fields, UNNAMED);
    expect(named).toMatchObject({ kind: 'nobody', reason: 'malformed' });
    expect(named.value.length).toBeLessThanOrEqual(128);
    expect(named.value).not.toContain('\0');
  });
});
