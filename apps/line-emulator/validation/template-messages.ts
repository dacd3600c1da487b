import { checkAction, defaultPlace, imageCarouselPlace, templatePlace } from './actions.js';
import type { JsonObject, Problems } from './problems.js';
import { field } from './problems.js';

type Check = (template: JsonObject, at: string, problems: Problems) => void;

const seen = (max: number, optional = false) => ({ max, optional, graphemes: true });
const given = (object: JsonObject, name: string) => Boolean(field(object, name));

function checkActions(holder: JsonObject, at: string, problems: Problems, size: [number, number]): void {
  problems.objects(holder, 'actions', at, size).forEach((action, i) => {
    checkAction(action, `${at}.actions[${i}]`, problems, templatePlace);
  });
}

/** Title, text and picture of a buttons template or a column; the text has less room beside the others. */
function checkCard(card: JsonObject, at: string, problems: Problems, textMax: number): void {
  problems.mediaUrl(card, 'thumbnailImageUrl', at, true);
  problems.text(card, 'title', at, seen(40, true));
  const crowded = given(card, 'thumbnailImageUrl') || given(card, 'title');
  problems.text(card, 'text', at, seen(crowded ? 60 : textMax));
  const action = problems.object(card, 'defaultAction', at, true);
  if (action) checkAction(action, `${at}.defaultAction`, problems, defaultPlace);
}

function checkButtons(template: JsonObject, at: string, problems: Problems): void {
  checkCard(template, at, problems, 160);
  checkActions(template, at, problems, [1, 4]);
}

function checkConfirm(template: JsonObject, at: string, problems: Problems): void {
  problems.text(template, 'text', at, seen(240));
  checkActions(template, at, problems, [2, 2]);
}

function checkCarousel(template: JsonObject, at: string, problems: Problems): void {
  const columns = problems.objects(template, 'columns', at, [1, 10]);
  columns.forEach((column, i) => {
    checkCard(column, `${at}.columns[${i}]`, problems, 120);
    checkActions(column, `${at}.columns[${i}]`, problems, [1, 3]);
  });
  const shapes = columns.map((column) => {
    const actions = field(column, 'actions');
    const count = Array.isArray(actions) ? actions.length : 0;
    return `${given(column, 'thumbnailImageUrl')} ${given(column, 'title')} ${count}`;
  });
  if (new Set(shapes).size > 1) problems.add(`${at}.columns`, 'All columns must have the same shape');
}

function checkImageCarousel(template: JsonObject, at: string, problems: Problems): void {
  problems.objects(template, 'columns', at, [1, 10]).forEach((column, i) => {
    const columnAt = `${at}.columns[${i}]`;
    problems.mediaUrl(column, 'imageUrl', columnAt);
    const action = problems.object(column, 'action', columnAt);
    if (action) checkAction(action, `${columnAt}.action`, problems, imageCarouselPlace);
  });
}

const checks = new Map<string, Check>([
  ['buttons', checkButtons],
  ['confirm', checkConfirm],
  ['carousel', checkCarousel],
  ['image_carousel', checkImageCarousel],
]);

/** https://developers.line.biz/en/reference/messaging-api/#template-messages */
export function checkTemplate(message: JsonObject, at: string, problems: Problems): void {
  problems.text(message, 'altText', at, { max: 1500 });
  const template = problems.object(message, 'template', at);
  if (!template || !problems.oneOf(template, 'type', `${at}.template`, checks.keys())) return;
  checks.get(String(field(template, 'type')))?.(template, `${at}.template`, problems);
}
