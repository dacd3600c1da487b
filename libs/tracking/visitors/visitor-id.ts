import { Injectable, type PipeTransform } from '@nestjs/common';
import { notFound, sha256 } from '#kernel';
import { VISITOR_ID } from '#linking';

/** How a visitor is kept: whoever reads our tables cannot speak for anybody's browser. */
export function visitorHash(visitorId: string): Buffer {
  return sha256(visitorId);
}

/** `@Param('visitorId', VisitorId)`: what no script of ours has made is nobody's. */
@Injectable()
export class VisitorId implements PipeTransform<string, string> {
  transform(value: string): string {
    if (VISITOR_ID.test(value)) return value;
    throw notFound('visitor');
  }
}
