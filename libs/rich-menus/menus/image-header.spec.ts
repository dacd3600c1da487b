import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readImageHeader } from './image-header.js';

function png(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(33);
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(bytes);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

/** @param before segments that stand before the frame */
function jpeg(width: number, height: number, frame = 0xc0, before = 'ffe000104a46494600010100000100010000'): Buffer {
  const head = Buffer.from(`ffd8${before}`, 'hex');
  const sof = Buffer.alloc(19);
  sof.writeUInt16BE(0xff_00 + frame, 0);
  sof.writeUInt16BE(17, 2);
  sof[4] = 8;
  sof.writeUInt16BE(height, 5);
  sof.writeUInt16BE(width, 7);
  return Buffer.concat([head, sof]);
}

describe('readImageHeader', () => {
  it('reads the size of a PNG', () => {
    expect(readImageHeader(png(2500, 1686))).toEqual({ type: 'image/png', width: 2500, height: 1686 });
  });

  it.each([0xc0, 0xc1, 0xc2])('reads the size of a JPEG with a frame of kind %d', (frame) => {
    expect(readImageHeader(jpeg(1200, 405, frame))).toEqual({ type: 'image/jpeg', width: 1200, height: 405 });
  });

  it('passes over tables, fill bytes and comments of a JPEG', () => {
    const before = 'ffdb000401' + '02' + 'ffffc4000401' + '02' + 'fffe00054869' + '21';
    expect(readImageHeader(jpeg(800, 270, 0xc2, before))).toMatchObject({ width: 800, height: 270 });
  });

  it.each([
    Buffer.alloc(0),
    Buffer.from('GIF89a'),
    png(2500, 1686).subarray(0, 20),
    png(0, 5),
    jpeg(5, 5).subarray(0, 12),
    Buffer.from('ffd8ffda00020000000000000000', 'hex'),
    Buffer.from('ffd800000000000000000000', 'hex'),
  ])('knows nothing of what is no whole header (%#)', (bytes) => {
    expect(readImageHeader(bytes)).toBeUndefined();
  });

  it('comes to an end on any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, isJpeg) => {
        const start = Buffer.from(isJpeg ? 'ffd8' : '89504e470d0a1a0a', 'hex');
        const read = readImageHeader(Buffer.concat([start, bytes]));
        expect(read === undefined || read.width > 0).toBe(true);
      }),
      { seed: 4, numRuns: 500 },
    );
  });
});
