import { describe, expect, it } from '@jest/globals';
import { isUnder, returnAddress } from './return-address.js';

const origins = ['https://shop.example', 'http://localhost:5000'];

describe('A return address', () => {
  it.each([
    'https://shop.example',
    'https://shop.example/a?b=1',
    'https://SHOP.example:443/',
    'http://localhost:5000/x',
  ])('may be %s', (address) => expect(isUnder(address, origins)).toBe(true));

  it.each([
    'http://shop.example/',
    'https://shop.example.evil.example/',
    'https://shop.example@evil.example/',
    'https://user:pass@shop.example/',
    'https://evil.example/https://shop.example',
    'https://shop.example:8443/',
    'https://sub.shop.example/',
    '//shop.example/',
    '/path',
    'javascript:alert(1)//https://shop.example',
    'https://shop.example/#fragment',
    'https:\\\\evil.example/https://shop.example',
    'http://localhost:5001/',
    'blob:https://shop.example/1',
    '',
  ])('may not be %s', (address) => expect(isUnder(address, origins)).toBe(false));

  it('keeps what is in it, and gets the session, the code and the error only', () => {
    expect(returnAddress('https://shop.example/in?to=%2Fcart', { session: 's', code: 'c' })).toBe(
      'https://shop.example/in?to=%2Fcart&session=s&code=c',
    );
    expect(returnAddress('https://shop.example/?code=x&error=y&session=z', { session: 's' })).toBe(
      'https://shop.example/?session=s',
    );
    expect(returnAddress('https://shop.example', { session: 's', code: 'c', error: 'linking.cancelled' })).toBe(
      'https://shop.example/?session=s&code=c&error=linking.cancelled',
    );
  });
});
