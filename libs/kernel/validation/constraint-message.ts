import type { ValidationArguments } from 'class-validator';
import type { Constraint } from './class-shape.js';

const LONGEST = 200;

/**
 * What a failed constraint asks for, in a few words: "must be a string". The value never gets into it: it may be a
 * person's, or megabytes long; and the place is told by the pointer beside it.
 */
export function constraintMessage(constraint: Constraint): string {
  const args: ValidationArguments = {
    targetName: '',
    property: '',
    object: {},
    value: undefined,
    constraints: [...constraint.args],
  };
  const message = constraint.message ?? constraint.validator.defaultMessage?.bind(constraint.validator);
  let text = typeof message === 'function' ? message(args) : (message ?? '');
  constraint.args.forEach((arg, index) => {
    text = text.replaceAll(`$constraint${index + 1}`, Array.isArray(arg) ? arg.join(', ') : String(arg));
  });
  text = text
    .replace(/^(each value in )?(nested property )?\$property /, '')
    .replace(/\$(property|value|target)/g, 'it');
  return text.slice(0, LONGEST) || 'is not valid';
}
