import { checkAction, flexPlace } from './actions.js';
import type { JsonObject, Problems } from './problems.js';
import { field } from './problems.js';

const bubbleBytes = 30 * 1024;
const carouselBytes = 50 * 1024;
const sizes = ['nano', 'micro', 'deca', 'hecto', 'kilo', 'mega', 'giga'];
const many: [number, number] = [0, 10_000];

type Check = (component: JsonObject, at: string, problems: Problems) => void;

const nothing: Check = () => undefined;

const components = new Map<string, Check>([
  ['box', checkBox],
  ['text', checkFlexText],
  ['image', (image, at, problems) => problems.mediaUrl(image, 'url', at)],
  ['icon', (icon, at, problems) => problems.mediaUrl(icon, 'url', at)],
  ['button', checkButton],
  ['video', checkFlexVideo],
  ['span', nothing],
  ['separator', nothing],
  ['filler', nothing],
]);

function checkBox(box: JsonObject, at: string, problems: Problems): void {
  problems.oneOf(box, 'layout', at, ['horizontal', 'vertical', 'baseline']);
  if (field(box, 'contents') === undefined) problems.add(`${at}.contents`, 'May not be null');
  problems.objects(box, 'contents', at, many).forEach((child, i) => {
    checkComponent(child, `${at}.contents[${i}]`, problems);
  });
}

function checkFlexText(text: JsonObject, at: string, problems: Problems): void {
  const spans = problems.objects(text, 'contents', at, many);
  if (spans.length === 0) problems.text(text, 'text', at, { max: bubbleBytes });
}

function checkButton(button: JsonObject, at: string, problems: Problems): void {
  if (field(button, 'action') === undefined) problems.add(`${at}.action`, 'May not be null');
}

function checkFlexVideo(video: JsonObject, at: string, problems: Problems): void {
  problems.mediaUrl(video, 'url', at);
  problems.mediaUrl(video, 'previewUrl', at);
  const altContent = problems.object(video, 'altContent', at);
  if (altContent) checkComponent(altContent, `${at}.altContent`, problems);
}

function checkComponent(component: JsonObject, at: string, problems: Problems): void {
  if (!problems.oneOf(component, 'type', at, components.keys())) return;
  const action = problems.object(component, 'action', at, true);
  if (action) checkAction(action, `${at}.action`, problems, flexPlace);
  components.get(String(field(component, 'type')))?.(component, at, problems);
}

/** @returns false when the bubble is too large to be looked at further */
function withinSize(container: JsonObject, at: string, problems: Problems, maxBytes: number): boolean {
  const fits = Buffer.byteLength(JSON.stringify(container)) <= maxBytes;
  if (!fits) problems.add(at, `Size must be less than or equal to ${maxBytes / 1024} KB`);
  return fits;
}

function checkBubble(bubble: JsonObject, at: string, problems: Problems): void {
  if (!withinSize(bubble, at, problems, bubbleBytes)) return;
  if (field(bubble, 'size') !== undefined) problems.oneOf(bubble, 'size', at, sizes);
  const blocks = ['header', 'hero', 'body', 'footer'].map((name) => ({
    name,
    block: problems.object(bubble, name, at, true),
  }));
  if (blocks.every(({ block }) => !block)) problems.add(at, 'At least one block must be specified');
  for (const { name, block } of blocks) if (block) checkComponent(block, `${at}.${name}`, problems);
}

function checkBubbles(carousel: JsonObject, at: string, problems: Problems): void {
  if (!withinSize(carousel, at, problems, carouselBytes)) return;
  const bubbles = problems.objects(carousel, 'contents', at, [1, 12]);
  bubbles.forEach((bubble, i) => {
    if (problems.oneOf(bubble, 'type', `${at}.contents[${i}]`, ['bubble'])) {
      checkBubble(bubble, `${at}.contents[${i}]`, problems);
    }
  });
  const used = new Set(bubbles.map((bubble) => field(bubble, 'size') ?? 'mega'));
  if (used.size > 1) problems.add(`${at}.contents`, 'All bubbles must have the same size');
}

/** https://developers.line.biz/en/reference/messaging-api/#flex-message */
export function checkFlex(message: JsonObject, at: string, problems: Problems): void {
  problems.text(message, 'altText', at, { max: 1500 });
  const contents = problems.object(message, 'contents', at);
  const contentsAt = `${at}.contents`;
  if (!contents || !problems.oneOf(contents, 'type', contentsAt, ['bubble', 'carousel'])) return;
  if (field(contents, 'type') === 'bubble') checkBubble(contents, contentsAt, problems);
  else checkBubbles(contents, contentsAt, problems);
}
