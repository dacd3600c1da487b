import { Injectable, type PipeTransform } from '@nestjs/common';
import { PURPOSES, type Purpose } from './opt-out.entity.js';
import { purposeUnknown } from './opt-outs.errors.js';

/** `@Param('purpose', PurposeOf)`: 404 for what is none. */
@Injectable()
export class PurposeOf implements PipeTransform<string, Purpose> {
  transform(value: string): Purpose {
    const purpose = PURPOSES.find((one) => one === value);
    if (!purpose) throw purposeUnknown();
    return purpose;
  }
}
