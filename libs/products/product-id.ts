import { Injectable, type PipeTransform } from '@nestjs/common';
import { invalid, isId } from '#kernel';

/** `@Param('productId', ProductId)`: a company's own id of a product, 400 where it cannot be one. */
@Injectable()
export class ProductId implements PipeTransform<string, string> {
  transform(value: string): string {
    if (isId(value)) return value;
    throw invalid([{ path: '/productId', detail: 'must be 1 to 128 characters without control characters' }]);
  }
}
