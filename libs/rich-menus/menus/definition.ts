import { LINE_LIMITS } from '#line';
import type { FieldError } from '#kernel';
import { cellsOf } from '../picture/grid.js';
import type { AreaDto, DesignDto, MenuWriteDto, SizeDto } from './menus.dto.js';

/** What taps do: LINE's action objects, but tabs name a menu of ours where LINE's name an alias. */
export type MenuAction = { type: string } & Record<string, unknown>;

export interface MenuArea {
  bounds: { x: number; y: number; width: number; height: number };
  action: MenuAction;
}

/** Everything of a menu but its picture. */
export interface MenuDefinition {
  size: { width: number; height: number };
  /** Open when the talk is opened. */
  selected: boolean;
  chatBarText: string;
  areas: MenuArea[];
  /** What the picture was drawn from; absent where it was uploaded. */
  design?: DesignDto;
}

const limits = LINE_LIMITS.richMenus;

/** @returns the definition, or every place that LINE would not take */
export function definitionOf(dto: MenuWriteDto): MenuDefinition | FieldError[] {
  const { chatBarText, selected, design } = dto;
  if (design) {
    const { size, cells } = cellsOf(design.template);
    if (design.cells.length !== cells.length)
      return [{ path: '/design/cells', detail: `must be ${cells.length} for the template ${design.template}` }];
    const areas = cells.map((bounds, i) => ({ bounds, action: design.cells[i]!.action as MenuAction }));
    return { size, selected, chatBarText, areas, design };
  }
  const { size, areas = [] } = dto;
  if (!size) return [{ path: '/size', detail: 'is missing' }];
  const errors = [...sizeErrors(size), ...areas.flatMap((area, i) => areaErrors(area, i, size))];
  return errors.length > 0 ? errors : { size, selected, chatBarText, areas: areas as MenuArea[] };
}

/** What LINE says of the size of a menu, which is the size of its picture. */
export function sizeErrors({ width, height }: SizeDto, path = '/size'): FieldError[] {
  const { minWidth, maxWidth, minHeight, minRatio } = limits.size;
  const errors: FieldError[] = [];
  if (width < minWidth || width > maxWidth)
    errors.push({ path: `${path}/width`, detail: `is ${width}, must be ${minWidth} to ${maxWidth} pixels` });
  if (height < minHeight)
    errors.push({ path: `${path}/height`, detail: `is ${height}, must be at least ${minHeight} pixels` });
  if (errors.length === 0 && width / height < minRatio) {
    const ratio = (width / height).toFixed(2);
    errors.push({ path, detail: `width ÷ height is ${ratio}, must be at least ${minRatio}` });
  }
  return errors;
}

function areaErrors({ bounds }: AreaDto, index: number, size: SizeDto): FieldError[] {
  const path = `/areas/${index}/bounds`;
  const { x, y, width, height } = bounds;
  const errors: FieldError[] = [];
  if (x + width > size.width)
    errors.push({ path, detail: `ends at ${x + width}, beyond the width of ${size.width} pixels` });
  if (y + height > size.height)
    errors.push({ path, detail: `ends at ${y + height}, beyond the height of ${size.height} pixels` });
  return errors;
}

/** The menus that taps on this one switch to, each with the place that names it. */
export function switchesOf({ areas, design }: MenuDefinition): { menuId: string; path: string }[] {
  return areas.flatMap(({ action }, index) => {
    if (action.type !== 'richmenuswitch') return [];
    const path = design ? `/design/cells/${index}/action/menuId` : `/areas/${index}/action/menuId`;
    return [{ menuId: action.menuId as string, path }];
  });
}
