import { createHash } from 'node:crypto';
import { browserScript } from './browser-script.js';

/** Every page waits for it. */
export const MOST_SCRIPT_BYTES = 2_048;

/** The script as pages get it. */
export const servedScript = serve(`(${compact(browserScript.toString())})(window);`);

function serve(text: string): { text: string; etag: string } {
  if (Buffer.byteLength(text) > MOST_SCRIPT_BYTES)
    throw new Error(`The script has more than ${MOST_SCRIPT_BYTES} bytes.`);
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` };
}

/** Leaves out comments, indentation and the line ends that mean nothing; the rest stays as it was written. */
export function compact(source: string): string {
  return source
    .replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n')
    .replace(/(?<=[;{},([])\n|\n(?=[})\]])/g, '');
}
