/** Columns x rows. */
export const TEMPLATES = ['1x1', '2x1', '3x1', '2x2', '3x2'] as const;
export type Template = (typeof TEMPLATES)[number];

const WIDTH = 2_500;
/** LINE's own two sizes for designers: https://developers.line.biz/en/docs/messaging-api/rich-menus-overview/ */
const HEIGHT = { 1: 843, 2: 1_686 } as const;

export interface Cell {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** The cells of a template row by row: together they cover the picture, none overlaps another. */
export function cellsOf(template: Template): { size: { width: number; height: number }; cells: Cell[] } {
  const [columns, rows] = template.split('x').map(Number) as [number, 1 | 2];
  const height = HEIGHT[rows];
  const edge = (part: number, of: number, whole: number) => Math.round((part * whole) / of);
  const cells = Array.from({ length: columns * rows }, (_, i) => {
    const [column, row] = [i % columns, Math.floor(i / columns)];
    const [x, y] = [edge(column, columns, WIDTH), edge(row, rows, height)];
    return { x, y, width: edge(column + 1, columns, WIDTH) - x, height: edge(row + 1, rows, height) - y };
  });
  return { size: { width: WIDTH, height }, cells };
}
