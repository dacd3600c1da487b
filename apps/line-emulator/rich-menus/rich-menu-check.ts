import { refusals } from '../messaging-api/line-refusal.js';
import { checkAction, richMenuPlace } from '../validation/actions.js';
import { field, Problems } from '../validation/problems.js';
import type { JsonObject } from '../validation/problems.js';
import type { Area, RichMenu, Size } from './rich-menu.js';

const widest = 2500;
const narrowest = 800;
const lowest = 250;
const flattest = 1.45;
const mostAreas = 20;
const huge = 2147483647;

/** True for what LINE allows as the size of a menu and of its image, in pixels. */
export function allowedSize({ width, height }: Size): boolean {
  return width >= narrowest && width <= widest && height >= lowest && width / height >= flattest;
}

/**
 * The rich menu of a body, with nothing in it that LINE does not know.
 * https://developers.line.biz/en/reference/messaging-api/#rich-menu-object
 * @throws LineRefusal 400 with every problem found
 */
export function checkedRichMenu(body: JsonObject): RichMenu {
  const problems = new Problems();
  const size = sizeOf(body, problems);
  const selected = field(body, 'selected');
  if (selected === undefined || selected === null) problems.add('selected', 'May not be null');
  else if (typeof selected !== 'boolean') throw refusals.property('selected');
  problems.text(body, 'name', '', { max: 300 });
  problems.text(body, 'chatBarText', '', { max: 14, graphemes: true });
  const areas = problems.objects(body, 'areas', '', [0, mostAreas]);
  if (!Array.isArray(field(body, 'areas'))) problems.add('areas', 'May not be null');
  const checked = areas.map((area, i) => areaOf(area, `areas[${i}]`, size, problems));
  problems.throwIfAny();
  return {
    size: size ?? { width: 0, height: 0 },
    selected: selected === true,
    name: String(field(body, 'name')),
    chatBarText: String(field(body, 'chatBarText')),
    areas: checked,
  };
}

function sizeOf(body: JsonObject, problems: Problems): Size | undefined {
  const size = problems.object(body, 'size', '');
  if (!size) return undefined;
  const width = whole(size, ['size', 'width'], problems, [narrowest, widest]);
  const height = whole(size, ['size', 'height'], problems, [lowest, huge]);
  if (width === undefined || height === undefined) return undefined;
  if (width / height < flattest) problems.add('size', `The aspect ratio must be ${flattest} or more`);
  return { width, height };
}

function areaOf(area: JsonObject, at: string, size: Size | undefined, problems: Problems): Area {
  const given = problems.object(area, 'bounds', at) ?? {};
  const within = (name: string, min: number) => whole(given, [`${at}.bounds`, name], problems, [min, huge]) ?? 0;
  const bounds = { x: within('x', 0), y: within('y', 0), width: within('width', 1), height: within('height', 1) };
  const outside = size && (bounds.x + bounds.width > size.width || bounds.y + bounds.height > size.height);
  if (outside) problems.add(`${at}.bounds`, 'Must be within the image');
  const action = problems.object(area, 'action', at);
  if (action) checkAction(action, `${at}.action`, problems, richMenuPlace);
  return { bounds, action: action ?? {} };
}

/** A whole number in its range; undefined (and a problem) for anything else. */
function whole(object: JsonObject, [at, name]: [string, string], problems: Problems, range: [number, number]) {
  const value = field(object, name);
  const before = problems.details.length;
  if (typeof value === 'number' && !Number.isInteger(value)) throw refusals.property(`${at}.${name}`);
  problems.number(object, name, at, range);
  return problems.details.length === before ? Number(value) : undefined;
}
