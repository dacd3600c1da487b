import { Injectable, type PipeTransform, type Type } from '@nestjs/common';
import { asUuid, invalid, isId, notFound } from '#kernel';

/** Within a positive bigint. */
const BIGINT = /^[1-9]\d{0,17}$/;

/** `@Param('id', uuidOf('segment'))`: what cannot be an id of ours names nothing, so it is not found. */
export function uuidOf(what: string): Type<PipeTransform<string, string>> {
  return idLike(asUuid, what);
}

/** `@Param('id', numberOf('link'))`: the same for ids that are bigints. */
export function numberOf(what: string): Type<PipeTransform<string, string>> {
  return idLike((value) => (BIGINT.test(value) ? value : undefined), what);
}

/** `@Param('externalId', ExternalId)`: an id of the caller's, 400 where it cannot be one. */
@Injectable()
export class ExternalId implements PipeTransform<string, string> {
  transform(value: string): string {
    if (isId(value)) return value;
    throw invalid([{ path: '/externalId', detail: 'must be 1 to 128 characters without control characters' }]);
  }
}

function idLike(idOf: (value: string) => string | undefined, what: string): Type<PipeTransform<string, string>> {
  @Injectable()
  class IdPipe implements PipeTransform<string, string> {
    transform(value: string): string {
      const id = idOf(value);
      if (id === undefined) throw notFound(what);
      return id;
    }
  }
  return IdPipe;
}
