import { crc32, deflateSync } from 'node:zlib';
import type { EmulatorUnderTest, Reply } from './emulator-under-test.js';

interface Pixels {
  width: number;
  height: number;
}

export const sampleSize = { width: 1200, height: 405 };

/** Two areas side by side: a message and a switch. */
export function sampleMenu(own: object = {}): Record<string, unknown> {
  const half = { y: 0, width: sampleSize.width / 2, height: sampleSize.height };
  return {
    size: sampleSize,
    selected: true,
    name: 'members',
    chatBarText: 'メニュー',
    areas: [
      { bounds: { x: 0, ...half }, action: { type: 'message', label: 'ポイント', text: 'ポイントを見る' } },
      {
        bounds: { x: half.width, ...half },
        action: { type: 'richmenuswitch', label: '次へ', richMenuAliasId: 'second', data: 'tab=second' },
      },
    ],
    ...own,
  };
}

/** A PNG of one colour per half, from the file format itself: small at any size. */
export function png({ width, height }: Pixels = sampleSize, colours: [number, number] = [0x60, 0xb0]): Buffer {
  const row = Buffer.alloc(width + 1, colours[0]);
  row[0] = 0;
  row.fill(colours[1], 1 + Math.floor(width / 2));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits of grey a pixel, no filter, no interlace.
  header[8] = 8;
  const rows = Buffer.concat(Array.from({ length: height }, () => row));
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows)), chunk('IEND')]);
}

/** The head of a JPEG of that size behind a comment, which is all that LINE's rules look at. */
export function jpeg({ width, height }: Pixels): Buffer {
  const frame = Buffer.from('ffc00011080000000003012200021101031101', 'hex');
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([Buffer.from('ffd8fffe00046869', 'hex'), frame, Buffer.from('ffd9', 'hex')]);
}

/** Creates a menu and gives it an image, ready to be shown. */
export async function readyMenu(line: EmulatorUnderTest, own: object = {}): Promise<string> {
  const created: { body: { richMenuId?: string } } = await line.api('POST /v2/bot/richmenu', sampleMenu(own));
  const richMenuId = String(created.body.richMenuId);
  await upload(line, richMenuId, png());
  return richMenuId;
}

export function upload(
  line: EmulatorUnderTest,
  richMenuId: string,
  bytes: Buffer,
  contentType = 'image/png',
): Promise<Reply> {
  return line.api(`POST /v2/bot/richmenu/${richMenuId}/content`, bytes, { 'content-type': contentType });
}

function chunk(type: string, data = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  body.copy(framed, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
