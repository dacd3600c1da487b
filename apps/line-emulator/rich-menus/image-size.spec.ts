import { describe, expect, it } from '@jest/globals';
import { jpeg, png } from '../testing/rich-menu-samples.js';
import { imageSize } from './image-size.js';

describe('The size of an image', () => {
  it('is read from the head of PNG and JPEG files', () => {
    expect(imageSize(png({ width: 2500, height: 1686 }))).toEqual({ width: 2500, height: 1686 });
    expect(imageSize(jpeg({ width: 800, height: 250 }))).toEqual({ width: 800, height: 250 });
  });

  it('is unknown for anything else, also for a head cut short', () => {
    expect(imageSize(Buffer.from('GIF89a'))).toBeUndefined();
    expect(imageSize(Buffer.alloc(0))).toBeUndefined();
    for (const whole of [png(), jpeg({ width: 800, height: 250 })]) {
      for (let length = 0; length < 17; length++) expect(imageSize(whole.subarray(0, length))).toBeUndefined();
    }
  });
});
