import { SetMetadata } from '@nestjs/common';
import type { Class } from '#kernel';

/** What a route answers when all is well, for the OpenAPI document. */
export interface Answer {
  status: number;
  of?: Class;
  /** `{ items, nextCursor }` of them. */
  page: boolean;
  /** A bare list of them. */
  list: boolean;
}

export const ANSWERS = 'http.answers';

/** @param of the class of the answer; its decorators describe it, they are not executed */
export function Answers(status: number, of?: Class, { page = false, list = false } = {}): MethodDecorator {
  return SetMetadata<string, Answer>(ANSWERS, { status, of, page, list });
}
