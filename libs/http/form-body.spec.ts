import { describe, expect, it } from '@jest/globals';
import { parseFormBody } from './form-body.js';

const read = (text: string) => parseFormBody(Buffer.from(text));

describe('A form', () => {
  it('is read as browsers write it', () => {
    expect(read('a=1&b=%E3%81%82+%26&c=&d')).toEqual({ a: '1', b: 'あ &', c: '', d: '' });
    expect(read('')).toEqual({});
  });

  it('may have any names', () => {
    expect(Object.entries(read('__proto__=1&constructor=2'))).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });

  it.each(['a=%', 'a=%zz', 'a=%ff', '%=1', 'a=1&a=2', 'a=%00'])('is malformed as %j', (text) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'http.malformed_form', status: 400 }));
  });

  it('is malformed in other bytes than UTF-8, and with too many fields', () => {
    expect(() => parseFormBody(Buffer.from([0x61, 0x3d, 0xff]))).toThrow('UTF-8');
    expect(() => read(Array.from({ length: 51 }, (_, n) => `f${n}=`).join('&'))).toThrow('too many');
  });
});
