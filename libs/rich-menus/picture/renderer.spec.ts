import { describe, expect, it } from '@jest/globals';
import { readImageHeader } from '../menus/image-header.js';
import type { CellDto, DesignDto } from '../menus/menus.dto.js';
import { cellsOf, TEMPLATES } from './grid.js';
import { layOut, widthOf } from './label.js';
import { svgOf } from './picture.js';
import { Renderer } from './renderer.js';

const LABELS = [
  '会員証を表示する',
  'ポイント',
  'お気に入りの店舗を検索',
  'クーポン & 特典',
  'Contact us',
  '<b>"お問い合わせ"</b>',
];

function design(template: DesignDto['template'], labels = LABELS): DesignDto {
  const cells = cellsOf(template).cells.map((_, i): CellDto => ({
    label: labels[i % labels.length]!,
    action: { type: 'message', text: 'hello' },
  }));
  return { template, colour: '#06C755', textColour: '#FFFFFF', background: '#F2F2F2', cells };
}

describe('The cells of a template', () => {
  it.each(TEMPLATES)('cover a picture of %s without gap or overlap', (template) => {
    const { size, cells } = cellsOf(template);
    const area = cells.reduce((sum, { width, height }) => sum + width * height, 0);
    expect(area).toBe(size.width * size.height);
    for (const [i, a] of cells.entries()) {
      expect(a.x + a.width).toBeLessThanOrEqual(size.width);
      expect(a.y + a.height).toBeLessThanOrEqual(size.height);
      for (const b of cells.slice(i + 1)) {
        const apart = a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;
        expect(apart).toBe(true);
      }
    }
  });
});

describe('A label', () => {
  const room = { width: 600, height: 400, largest: 180, smallest: 44 };

  it.each([
    ...LABELS,
    '長'.repeat(60),
    'w'.repeat(60),
    'a b',
    '今すぐ予約',
    'Überraschungsangebote für Freunde',
    '👨‍👩‍👧‍👦'.repeat(20),
  ])('stays in its room: %s', (label) => {
    const { lines, fontSize } = layOut(label, room);
    expect(lines.length * fontSize).toBeLessThanOrEqual(room.height);
    // A mark that must not begin a line may hang over its end.
    for (const line of lines) expect((widthOf(line) - 1) * fontSize).toBeLessThanOrEqual(room.width);
  });

  it('has letters as large as fit, and smaller ones the longer it is', () => {
    const sizes = ['予約', '予約する店舗を選ぶ', '予約する店舗を選ぶ'.repeat(4)].map(
      (label) => layOut(label, room).fontSize,
    );
    expect(sizes[0]).toBe(180);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(sizes[2]).toBeGreaterThanOrEqual(44);
  });

  it('loses no letter while it fits', () => {
    for (const label of LABELS)
      expect(layOut(label, room).lines.join('').replaceAll(' ', '')).toBe(label.replaceAll(' ', ''));
  });

  it('ends in an ellipsis where even the smallest letters do not fit', () => {
    const { lines } = layOut('長'.repeat(60), { ...room, width: 200, height: 120 });
    expect(lines.at(-1)).toMatch(/…$/);
  });

  it('begins no line with a mark that must not begin one', () => {
    const { lines } = layOut('お問い合わせはこちら、いつでもどうぞ。（無料）', { ...room, width: 400 });
    for (const line of lines) expect(line).not.toMatch(/^[、。）]/);
  });
});

describe('The renderer', () => {
  it.each(TEMPLATES)('draws a PNG of the size of %s, far below a megabyte', async (template) => {
    const png = await new Renderer().draw(design(template));
    expect(readImageHeader(png)).toEqual({ type: 'image/png', ...cellsOf(template).size });
    expect(png.length).toBeLessThan(300_000);
  });

  it('draws letters, in Japanese too, and not a box for each', async () => {
    const renderer = new Renderer();
    const [one, other, blank] = await Promise.all(
      ['予約', '会員', ' '].map((label) => renderer.draw(design('1x1', [label]))),
    );
    expect(one!.equals(other!)).toBe(false);
    expect(one!.length).toBeGreaterThan(blank!.length);
  });

  it('takes a label as text, never as markup', () => {
    expect(svgOf(design('1x1', ['</text><image href="x"/>']))).toContain('&lt;/text&gt;');
  });
});
