import 'reflect-metadata';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, ValidationTypes, type ValidatorConstraintInterface } from 'class-validator';
import { CHECKED_LATER, DISCRIMINATED, NULLABLE } from './field-marks.js';
import { pointerStep } from './json-pointer.js';
import { refinementsOf, type Refinement } from './refinements.js';
import { Union, type Class } from './union.js';

/** One decorator on one field. */
export interface Constraint {
  /** class-validator's name of it, such as `isInt`. */
  name: string;
  /** Its arguments, such as the bound of `@Max`. */
  args: readonly unknown[];
  each: boolean;
  validator: ValidatorConstraintInterface;
  message: Metadata['message'];
}

export interface Field {
  name: string;
  /** The step of a JSON pointer that leads here. */
  step: string;
  optional: boolean;
  nullable: boolean;
  /** The decorated property's own type as the compiler wrote it down: `Number`, `String`, `Array`, a class … */
  type: unknown;
  /** The class or union of its objects, if it has any. A function, because classes may refer to each other. */
  nested?: () => Class | Union;
  /** Whether it is a list, of objects or of values. */
  list: boolean;
  checkedLater: boolean;
  /** From `@ValidateIf`: where one is false, the field is taken as it is. */
  conditions: ((object: object, value: unknown) => boolean)[];
  /** In the order in which they are written above the field. */
  constraints: Constraint[];
}

/** A class as its decorators describe it. */
export interface ClassShape {
  target: Class;
  fields: ReadonlyMap<string, Field>;
  refinements: Refinement<object>[];
}

type ValidationMetadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

/** class-validator's own type says that these are always there. */
type Metadata = Omit<ValidationMetadata, 'each' | 'constraints' | 'message'> & {
  each?: boolean;
  constraints?: unknown[];
  message?: ValidationMetadata['message'];
};

const shapes = new Map<Class, ClassShape>();

/** What the decorators of a class say, read once. @throws Error for a decorator that cannot be honoured */
export function shapeOf(target: Class): ClassShape {
  let shape = shapes.get(target);
  if (!shape) {
    shape = readShape(target);
    shapes.set(target, shape);
  }
  return shape;
}

function readShape(target: Class): ClassShape {
  const byField = new Map<string, Metadata[]>();
  for (const metadata of getMetadataStorage().getTargetValidationMetadatas(target, '', false, false)) {
    const { propertyName } = metadata;
    if (propertyName in Object.prototype) throw new Error(`${target.name}: a field cannot be called ${propertyName}.`);
    // Decorators are applied from the bottom up; what is written first is asked first.
    byField.set(propertyName, [metadata, ...(byField.get(propertyName) ?? [])]);
  }
  const fields = new Map<string, Field>();
  for (const [name, metadatas] of byField) fields.set(name, readField(target, name, metadatas));
  return { target, fields, refinements: refinementsOf(target) };
}

function readField(target: Class, name: string, metadatas: Metadata[]): Field {
  const type: unknown = Reflect.getMetadata('design:type', target.prototype as object, name);
  const has = (mark: string) => metadatas.some((metadata) => metadata.name === mark);
  const nested = readNested(target, name, metadatas);
  return {
    name,
    step: pointerStep(name),
    optional: has('isOptional'),
    nullable: has(NULLABLE),
    type,
    nested,
    list: metadatas.some(({ each }) => each === true) || (nested !== undefined && type === Array),
    checkedLater: has(CHECKED_LATER),
    conditions: metadatas.filter(isCondition).map(({ constraints }) => constraints?.[0] as Field['conditions'][number]),
    constraints: metadatas.flatMap((metadata) => readConstraints(target, metadata)),
  };
}

function isCondition({ type, name }: Metadata): boolean {
  return type === ValidationTypes.CONDITIONAL_VALIDATION && name !== 'isOptional';
}

function readNested(target: Class, name: string, metadatas: Metadata[]): Field['nested'] {
  const union = metadatas.find((metadata) => metadata.name === DISCRIMINATED)?.constraints?.[0] as Union | undefined;
  if (union) return () => union;
  const later = metadatas.find((metadata) => metadata.name === CHECKED_LATER)?.constraints?.[0] as Field['nested'];
  if (later) return later;
  if (!metadatas.some(({ type }) => type === ValidationTypes.NESTED_VALIDATION)) return undefined;
  return () => {
    const declared = defaultMetadataStorage.findTypeMetadata(target, name)?.typeFunction();
    const found: unknown = declared ?? Reflect.getMetadata('design:type', target.prototype as object, name);
    if (typeof found === 'function' && found !== Object && found !== Array) return found as Class;
    throw new Error(`${target.name}.${name}: @ValidateNested() needs @Type(() => …).`);
  };
}

const marks = new Set([NULLABLE, CHECKED_LATER, DISCRIMINATED]);

function readConstraints(target: Class, metadata: Metadata): Constraint[] {
  const { name, type, propertyName } = metadata;
  if (type === ValidationTypes.PROMISE_VALIDATION)
    throw new Error(`${target.name}.${propertyName}: promises are not data.`);
  if (type !== ValidationTypes.CUSTOM_VALIDATION && type !== ValidationTypes.IS_DEFINED) return [];
  if (marks.has(name ?? '')) return [];
  return getMetadataStorage()
    .getTargetValidatorConstraints(metadata.constraintCls)
    .map((constraint) => {
      if (constraint.async) throw new Error(`${target.name}.${propertyName}: validation cannot wait for something.`);
      return {
        name: constraint.name,
        args: metadata.constraints ?? [],
        each: metadata.each ?? false,
        validator: constraint.instance,
        message: metadata.message,
      };
    });
}
