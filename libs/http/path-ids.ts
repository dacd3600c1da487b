import { Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { invalid, isId, notFound } from '#kernel';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
/** Within a positive bigint. */
const BIGINT = /^[1-9]\d{0,17}$/;

/** `@Param('id', uuidOf('segment'))`: what cannot be an id of ours names nothing, so it is not found. */
export function uuidOf(what: string): Type<PipeTransform<string, string>> {
  return idLike(UUID, what);
}

/** `@Param('id', numberOf('link'))`: the same for ids that are bigints. */
export function numberOf(what: string): Type<PipeTransform<string, string>> {
  return idLike(BIGINT, what);
}

/** `@Param('externalId', ExternalId)`: an id of the caller's, 400 where it cannot be one. */
@Injectable()
export class ExternalId implements PipeTransform<string, string> {
  transform(value: string): string {
    if (isId(value)) return value;
    throw invalid([{ path: '/externalId', detail: 'must be 1 to 128 characters without control characters' }]);
  }
}

function idLike(pattern: RegExp, what: string): Type<PipeTransform<string, string>> {
  @Injectable()
  class IdPipe implements PipeTransform<string, string> {
    transform(value: string): string {
      if (!pattern.test(value)) throw notFound(what);
      return value.toLowerCase();
    }
  }
  return IdPipe;
}
