import { openApiDocument as documentOf } from '#http';
import { features } from './app.module.js';

/** The text of `docs/api/openapi.json`. */
export function openApiDocument(): string {
  return `${JSON.stringify(documentOf(...features), null, 2)}\n`;
}
