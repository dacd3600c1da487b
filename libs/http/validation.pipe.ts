import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { invalid, parse, pointerStep, type Class } from '#kernel';

const LONGEST_PARAMETER = 128;
const natives = new Set<unknown>([Object, String, Number, Boolean, Array]);

/** Bodies and queries become instances of the class their parameter is declared with; nothing else gets in. */
@Injectable()
export class ValidationPipe implements PipeTransform {
  transform(value: unknown, { type, metatype, data }: ArgumentMetadata): unknown {
    if (type === 'custom') return value;
    if (metatype && !natives.has(metatype)) return parse(metatype as Class, value, { text: type !== 'body' });
    if (typeof value === 'string') this.refuseStrange(value, data ?? '');
    return value;
  }

  /** What stands in the address is an id, and ids are short and can be stored. */
  private refuseStrange(value: string, name: string): void {
    if (value.length <= LONGEST_PARAMETER && !value.includes('\0') && value.isWellFormed()) return;
    throw invalid([{ path: pointerStep(name), detail: 'must be 1 to 128 characters that can be stored' }]);
  }
}
