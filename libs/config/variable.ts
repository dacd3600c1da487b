import { IsOptional } from 'class-validator';

export interface VariableText {
  /** What it is for, in a line or two of `.env.example`. */
  comment: string;
  /** A value to show where there is no default, such as the shape of a URL. */
  example?: string;
  /** Whether the system starts without it. */
  optional?: boolean;
  /** Other addresses begin with it, so that a slash at its end is dropped. */
  isBase?: boolean;
}

const described = new Map<string, VariableText>();

/** Describes a variable; its name is the property's in capitals: `databaseUrl` is read from `DATABASE_URL`. */
export function Variable(text: VariableText): PropertyDecorator {
  return (target, property) => {
    described.set(String(property), text);
    // A default stands in the class; it must not be asked for either.
    if (text.optional) IsOptional()(target, property);
  };
}

/** All variables in the order they are declared: property and description. */
export function variables(): ReadonlyMap<string, VariableText> {
  return described;
}

/** `databaseUrl` → `DATABASE_URL`. */
export function variableName(property: string): string {
  return property.replace(/[A-Z]/g, (capital) => `_${capital}`).toUpperCase();
}
