import type { JsonObject, Problems } from './problems.js';
import { field } from './problems.js';

const whole = Number.MAX_SAFE_INTEGER;

export function checkSticker(message: JsonObject, at: string, problems: Problems): void {
  problems.text(message, 'packageId', at, { max: 100, pattern: /^\d+$/ });
  problems.text(message, 'stickerId', at, { max: 100, pattern: /^\d+$/ });
}

export function checkImage(message: JsonObject, at: string, problems: Problems): void {
  problems.mediaUrl(message, 'originalContentUrl', at);
  problems.mediaUrl(message, 'previewImageUrl', at);
}

export function checkVideo(message: JsonObject, at: string, problems: Problems): void {
  checkImage(message, at, problems);
  const pattern = /^[A-Za-z0-9\-.=,+*()%$&;:@{}!?<>[\]]+$/;
  problems.text(message, 'trackingId', at, { max: 100, optional: true, pattern });
}

export function checkAudio(message: JsonObject, at: string, problems: Problems): void {
  problems.mediaUrl(message, 'originalContentUrl', at);
  problems.number(message, 'duration', at, [1, whole]);
}

export function checkLocation(message: JsonObject, at: string, problems: Problems): void {
  problems.text(message, 'title', at, { max: 100 });
  problems.text(message, 'address', at, { max: 100 });
  problems.number(message, 'latitude', at, [-90, 90]);
  problems.number(message, 'longitude', at, [-180, 180]);
}

export function checkCoupon(message: JsonObject, at: string, problems: Problems): void {
  problems.text(message, 'couponId', at, { max: 100 });
  problems.text(message, 'deliveryTag', at, { max: 30, optional: true, pattern: /^[A-Za-z0-9_]+$/ });
}

export function checkImagemap(message: JsonObject, at: string, problems: Problems): void {
  problems.mediaUrl(message, 'baseUrl', at);
  problems.text(message, 'altText', at, { max: 1500 });
  const baseSize = problems.object(message, 'baseSize', at);
  if (baseSize) {
    problems.number(baseSize, 'width', `${at}.baseSize`, [1040, 1040]);
    problems.number(baseSize, 'height', `${at}.baseSize`, [1, whole]);
  }
  problems.objects(message, 'actions', at, [1, 50]).forEach((action, i) => {
    checkImagemapAction(action, `${at}.actions[${i}]`, problems);
  });
}

function checkImagemapAction(action: JsonObject, at: string, problems: Problems): void {
  if (!problems.oneOf(action, 'type', at, ['uri', 'message', 'clipboard'])) return;
  problems.text(action, 'label', at, { max: 100, optional: true, graphemes: true });
  const type = field(action, 'type');
  if (type === 'uri') problems.tapUri(action, 'linkUri', at);
  else if (type === 'message') problems.text(action, 'text', at, { max: 400, graphemes: true });
  else problems.text(action, 'clipboardText', at, { max: 1000 });
  const area = problems.object(action, 'area', at);
  if (area) for (const name of ['x', 'y', 'width', 'height']) problems.number(area, name, `${at}.area`, [0, whole]);
}
