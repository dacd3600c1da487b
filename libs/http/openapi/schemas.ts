import { shapeOf, Union, type Class, type Field } from '#kernel';
import { schemaOfValues, type Schema } from './constraint-schemas.js';

/** The component schemas of a document: each class once, named after itself. */
export class Schemas {
  readonly components: Record<string, Schema> = {};
  private readonly names = new Map<string, Class>();

  /** A reference to the schema of a class or union, which is described if it was not yet. */
  of(target: Class | Union): Schema {
    return target instanceof Union ? this.union(target) : this.reference(target);
  }

  /** The schema of one field, without whether it is required. */
  field(field: Field, initial?: unknown): Schema {
    const { own, items } = schemaOfValues(field);
    const nested = field.nested && this.of(field.nested());
    const schema =
      field.list || own.type === 'array' ? { ...own, items: { ...items, ...nested } } : { ...own, ...nested };
    const plain = ['string', 'number', 'boolean'].includes(typeof initial) ? { ...schema, default: initial } : schema;
    return field.nullable ? { anyOf: [plain, { type: 'null' }] } : plain;
  }

  private union(union: Union): Schema {
    const references = [...union.members()].map(([value, target]) => this.reference(target, { [union.key]: value }));
    return { oneOf: references };
  }

  /** @param fixed the field that chose this class, with its value; no decorator speaks of it */
  private reference(target: Class, fixed: Record<string, string> = {}): Schema {
    const name = this.nameOf(target, Object.values(fixed));
    if (!(name in this.components)) {
      this.components[name] = {};
      Object.assign(this.components[name], this.object(target, fixed));
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  private object(target: Class, fixed: Record<string, string>): Schema {
    const fields = [...shapeOf(target).fields.values()];
    const initial = new target() as Record<string, unknown>;
    const constants = Object.entries(fixed).map(([key, value]) => [key, { const: value }] as const);
    const described = fields.map((field) => [field.name, this.field(field, initial[field.name])] as const);
    const required = [...Object.keys(fixed), ...fields.filter(({ optional }) => !optional).map(({ name }) => name)];
    return {
      type: 'object',
      properties: Object.fromEntries([...constants, ...described]),
      ...(required.length > 0 && { required: [...new Set(required)] }),
    };
  }

  /** Two classes of one name, or one class chosen by two values, are told apart by a number. */
  private nameOf(target: Class, values: string[]): string {
    const wanted = target.name.replace(/Dto$/, '');
    for (let number = 1; ; number++) {
      const name = number === 1 ? wanted : `${wanted}${number}`;
      const key = [name, ...values].join(' ');
      const taken = [...this.names].find(([other]) => other === key || other.split(' ')[0] === name);
      if (taken && (taken[0] !== key || taken[1] !== target)) continue;
      this.names.set(key, target);
      return name;
    }
  }
}
