import type { CellDto, DesignDto } from '../menus/menus.dto.js';
import { cellsOf, type Cell } from './grid.js';
import { layOut, LEADING, type Room } from './label.js';

/** Between cells and around them, in pixels. */
const GAP = 16;
const ROUND = 36;
/** Inside a cell, beside its label. */
const PADDING = 0.09;
/** Sizes of letters, in pixels of a picture 2,500 wide. */
const LARGEST = 160;
const CALM = 104;
const SMALLEST = 44;

/** A design as SVG. */
export function svgOf(design: DesignDto): string {
  const { size, cells } = cellsOf(design.template);
  const boxes = cells.map(inset);
  // One size of letters for all looks calm, unless one long label would make the others small.
  const sizes = boxes.map((box, i) => layOut(design.cells[i]!.label, roomOf(box, LARGEST)).fontSize);
  const largest = Math.max(CALM, Math.min(...sizes));
  const drawn = boxes.map((box, i) => drawCell(box, design.cells[i]!, design, largest)).join('');
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${size.height}" ` +
    `viewBox="0 0 ${size.width} ${size.height}">` +
    `<rect width="100%" height="100%" fill="${design.background}"/>${drawn}</svg>`
  );
}

function drawCell(box: Cell, cell: CellDto, design: DesignDto, largest: number): string {
  const { x, y, width, height } = box;
  const { label, colour = design.colour, textColour = design.textColour } = cell;
  const { lines, fontSize } = layOut(label, roomOf(box, largest));
  const middle = y + height / 2;
  const text = lines.map((line, i) => {
    // Letters stand on their baseline, a good third of their size below their middle.
    const baseline = middle + ((i - (lines.length - 1) / 2) * LEADING + 0.36) * fontSize;
    return `<text x="${x + width / 2}" y="${baseline.toFixed(1)}">${escape(line)}</text>`;
  });
  return (
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${ROUND}" fill="${colour}"/>` +
    `<g font-family="BIZ UDPGothic" font-weight="700" font-size="${fontSize}" text-anchor="middle" ` +
    `fill="${textColour}">${text.join('')}</g>`
  );
}

function roomOf({ width, height }: Cell, largest: number): Room {
  const padding = Math.min(width, height) * PADDING;
  return { width: width - 2 * padding, height: height - 2 * padding, largest, smallest: SMALLEST };
}

function inset({ x, y, width, height }: Cell): Cell {
  return { x: x + GAP, y: y + GAP, width: width - 2 * GAP, height: height - 2 * GAP };
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
