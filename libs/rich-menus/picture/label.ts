const segmenter = new Intl.Segmenter('ja', { granularity: 'word' });
const graphemes = new Intl.Segmenter('ja', { granularity: 'grapheme' });
/** These must not begin a line: https://www.w3.org/TR/jlreq/#characters_not_starting_a_line (the common ones). */
const NOT_FIRST = /^[、。，．・：；？！ー）」』】〕｝,.:;?!)\]}ぁぃぅぇぉっゃゅょァィゥェォッャュョ々]/;
/** Particles stay with what they follow, honorific prefixes and opening brackets with what follows them. */
const PARTICLE = /^[をのはがにでともへや]$/;
const PREFIX = /(?:^[おご御]|[（「『【〔｛([{])$/;
/** Line height, in font sizes. */
export const LEADING = 1.25;

export interface LaidOut {
  lines: string[];
  /** Pixels. */
  fontSize: number;
}

export interface Room {
  width: number;
  height: number;
  largest: number;
  smallest: number;
}

/**
 * Lays a label out in the largest letters with which it fits, in as few lines as these allow; words stay whole while
 * they can. What does not fit in the smallest letters ends in an ellipsis.
 */
export function layOut(label: string, room: Room): LaidOut {
  const text = label.replaceAll(/\s+/g, ' ').trim();
  for (let fontSize = room.largest; fontSize >= room.smallest; fontSize -= 4) {
    const lines = linesOf(text, room.width / fontSize);
    const fits = lines.every((line) => widthOf(line) * fontSize <= room.width);
    if (fits && lines.length * fontSize * LEADING <= room.height) return { lines, fontSize };
  }
  const fontSize = room.smallest;
  const most = Math.max(1, Math.floor(room.height / (fontSize * LEADING)));
  const lines = linesOf(text, room.width / fontSize, true);
  if (lines.length <= most) return { lines, fontSize };
  return { lines: [...lines.slice(0, most - 1), cut(lines.slice(most - 1).join(''), room.width / fontSize)], fontSize };
}

/** In font sizes: a full-width letter is one, a Latin one about half; the font's own widths are never larger. */
export function widthOf(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += isNarrow(segment) ? 0.62 : 1;
  return width;
}

function isNarrow(grapheme: string): boolean {
  return /^[\u0020-\u007e\u00a0-\u02ff\uff61-\uff9f]$/.test(grapheme) && !/^[MW@%mw]$/.test(grapheme);
}

/** @param anywhere whether a word may be broken where it is longer than a line */
function linesOf(text: string, width: number, anywhere = false): string[] {
  const words = wordsOf(text);
  const parts = anywhere ? words.flatMap((word) => (widthOf(word) > width ? lettersOf(word) : [word])) : words;
  const lines: string[] = [];
  let line = '';
  for (const part of parts) {
    if (line === '' || widthOf(line + part.trimEnd()) <= width || NOT_FIRST.test(part)) line += part;
    else {
      lines.push(line.trim());
      line = part.trimStart();
    }
  }
  return [...lines, line.trim()].filter((one) => one !== '');
}

function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    const last = words.at(-1);
    if (last !== undefined && (PARTICLE.test(segment) || PREFIX.test(last))) words[words.length - 1] = last + segment;
    else words.push(segment);
  }
  return words;
}

function cut(text: string, width: number): string {
  let kept = '';
  for (const letter of lettersOf(text)) {
    if (widthOf(`${kept}${letter}…`) > width) return `${kept}…`;
    kept += letter;
  }
  return kept;
}

function lettersOf(text: string): string[] {
  return [...graphemes.segment(text)].map(({ segment }) => segment);
}
