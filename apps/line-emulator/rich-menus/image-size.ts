import type { Size } from './rich-menu.js';

const pngSignature = Buffer.from('89504e470d0a1a0a', 'hex');

/** Width and height from the head of a PNG or JPEG file; undefined for anything else. */
export function imageSize(bytes: Buffer): Size | undefined {
  if (bytes.subarray(0, 8).equals(pngSignature)) return pngSize(bytes);
  return bytes.length > 4 && bytes.readUInt16BE(0) === 0xffd8 ? jpegSize(bytes) : undefined;
}

/** The first chunk is always the header. */
function pngSize(bytes: Buffer): Size | undefined {
  if (bytes.length < 24 || bytes.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** Segments C4, C8 and CC lie among the frame headers but are none. */
const noFrame = new Set([0xc4, 0xc8, 0xcc]);

/** Walks from segment to segment until the frame header. */
function jpegSize(bytes: Buffer): Size | undefined {
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker >= 0xc0 && marker <= 0xcf && !noFrame.has(marker)) {
      return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    }
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return undefined;
}
