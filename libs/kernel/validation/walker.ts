import type { ValidationArguments } from 'class-validator';
import type { FieldError } from '../app-error.js';
import { shapeOf, type ClassShape, type Constraint, type Field } from './class-shape.js';
import { constraintMessage } from './constraint-message.js';
import { pointerStep } from './json-pointer.js';
import { MAX_DEPTH, unstorable, unstorableWithin } from './storable.js';
import { textToValue } from './text-values.js';
import { Union, type Class } from './union.js';

/** More errors than anybody reads; the rest of the request is still walked, but not described. */
const MOST_ERRORS = 50;
/** A longer name is not repeated in a pointer. */
const LONGEST_NAME = 128;

type Plain = Record<string, unknown>;

/**
 * Walks plain data along the shapes of classes and makes instances of them. Errors are collected, never thrown; where
 * there are any the instances are worth nothing.
 */
export class Walker {
  readonly errors: FieldError[] = [];
  private depth = 0;
  /** How often something was refused; `errors` stops growing, this does not. */
  private refused = 0;

  constructor(private readonly how: { text?: boolean; ignoreUnknown?: boolean } = {}) {}

  walk(of: Class | Union, plain: unknown, path: string): unknown {
    if (typeof plain !== 'object' || plain === null || Array.isArray(plain))
      return this.refuse(path, 'must be an object');
    if (this.depth >= MAX_DEPTH) return this.refuse(path, 'is nested too deeply');
    this.depth++;
    const value =
      of instanceof Union ? this.member(of, plain as Plain, path) : this.object(shapeOf(of), plain as Plain, path);
    this.depth--;
    return value;
  }

  private member(union: Union, plain: Plain, path: string): unknown {
    const name = plain[union.key];
    const target = union.get(name);
    if (target) return this.object(shapeOf(target), plain, path, union.key);
    const known = [...union.members().keys()].join(', ');
    return this.refuse(path + pointerStep(union.key), name === undefined ? 'is missing' : `must be one of ${known}`);
  }

  private object(shape: ClassShape, plain: Plain, path: string, discriminator?: string): unknown {
    const before = this.refused;
    if (!this.how.ignoreUnknown) this.refuseUnknown(shape, plain, path, discriminator);
    const instance = new shape.target() as Plain;
    if (discriminator !== undefined) instance[discriminator] = plain[discriminator];
    for (const field of shape.fields.values()) {
      const value = plain[field.name];
      if (value !== undefined) instance[field.name] = this.field(field, value, path + field.step, plain);
      else if (!mayBeMissing(field, plain)) this.refuse(path + field.step, 'is missing');
    }
    if (this.refused === before) this.refine(shape, instance, path);
    return instance;
  }

  private field(field: Field, given: unknown, path: string, plain: Plain): unknown {
    if (given === null && field.nullable) return null;
    if (!isAskedFor(field, plain)) return this.freeForm(field, given, path);
    if (given === null) return this.refuse(path, 'must not be null');
    const value = this.how.text ? textToValue(field, given) : given;
    if (field.list && !Array.isArray(value)) return this.refuse(path, 'must be a list');
    for (const constraint of field.constraints) {
      if (!this.satisfies(constraint, value, path, plain)) return undefined;
    }
    if (!field.nested || field.checkedLater) return this.freeForm(field, value, path);
    return this.nested(field, field.nested(), value, path);
  }

  private nested(field: Field, of: Class | Union, value: unknown, path: string): unknown {
    if (!field.list) return this.walk(of, value, path);
    return (value as unknown[]).map((item, index) => this.walk(of, item, path + pointerStep(index)));
  }

  private satisfies(constraint: Constraint, value: unknown, path: string, plain: Plain): boolean {
    const args = argumentsOf(constraint, plain, value);
    if (!constraint.each) {
      if (constraint.validator.validate(value, args)) return true;
      this.refuse(path, constraintMessage(constraint));
      return false;
    }
    const before = this.refused;
    (value as unknown[]).forEach((item, index) => {
      args.value = item;
      if (!constraint.validator.validate(item, args))
        this.refuse(path + pointerStep(index), constraintMessage(constraint));
    });
    return this.refused === before;
  }

  /** What no class describes is taken as it is, if it can be stored. */
  private freeForm(field: Field, value: unknown, path: string): unknown {
    if (field.checkedLater) return value;
    if (typeof value !== 'object' || value === null) {
      const detail = unstorable(value);
      return detail ? this.refuse(path, detail) : value;
    }
    const error = unstorableWithin(value, path, this.depth);
    return error ? this.refuse(error.path, error.detail) : value;
  }

  private refine(shape: ClassShape, instance: object, path: string): void {
    for (const refinement of shape.refinements) {
      const error = refinement(instance);
      if (error) this.refuse(path + error.path, error.detail);
    }
  }

  private refuseUnknown(shape: ClassShape, plain: Plain, path: string, discriminator?: string): void {
    for (const name in plain) {
      if (shape.fields.has(name) || name === discriminator) continue;
      if (name.length > LONGEST_NAME || !name.isWellFormed()) this.refuse(path, 'has an unknown field');
      else this.refuse(path + pointerStep(name), 'is not a known field');
    }
  }

  private refuse(path: string, detail: string): undefined {
    this.refused++;
    if (this.errors.length < MOST_ERRORS) this.errors.push({ path, detail });
    return undefined;
  }
}

function isAskedFor(field: Field, plain: Plain): boolean {
  return field.conditions.every((condition) => condition(plain, plain[field.name]));
}

function mayBeMissing(field: Field, plain: Plain): boolean {
  return field.optional || !isAskedFor(field, plain);
}

function argumentsOf(constraint: Constraint, object: object, value: unknown): ValidationArguments {
  return { targetName: '', property: '', object, value, constraints: constraint.args as unknown[] };
}
