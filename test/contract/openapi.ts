import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

type Json = Record<string, unknown>;

interface Operation {
  requestBody?: { content?: Record<string, { schema?: Json }> };
  responses: Record<string, { content?: Record<string, { schema?: Json }> }>;
}

interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Json> };
}

const directory = process.env['LINE_OPENAPI_DIR'] ?? '../shared/line-openapi';
const apiFiles = ['messaging-api.yml', 'insight.yml', 'manage-audience.yml', 'channel-access-token.yml'];
const webhookFile = 'webhook.yml';

/** False on a machine that has no copy of LINE's OpenAPI files. */
export const openApiAvailable = existsSync(join(directory, 'messaging-api.yml'));

/** A describe block that needs LINE's files; without them it is skipped, and says so. */
export function describeContract(name: string, block: () => void): void {
  if (openApiAvailable) {
    describe(name, block);
    return;
  }
  const reason = `no LINE OpenAPI files in ${directory}; set LINE_OPENAPI_DIR to a copy of line/line-openapi`;
  // Not console: what skipped files say there is not shown.
  process.stderr.write(`Skipped "${name}": ${reason}\n`);
  describe.skip(`${name} (skipped: ${reason})`, block);
}

const components = '#/components/schemas/';

/**
 * LINE describes kinds of an object by a base schema with a discriminator and children that build on the base, which
 * JSON Schema does not know. Here the base itself asks the child that `type` names; the children build on its bare part.
 * @param closed kinds that are not listed are wrong (requests); otherwise they may come any day (webhooks)
 */
function withKinds({ components: { schemas } }: Document, closed: boolean): void {
  for (const [name, schema] of Object.entries(schemas)) {
    const { discriminator, ...own } = schema;
    if (!discriminator) continue;
    const { propertyName, mapping } = discriminator as { propertyName: string; mapping: Record<string, string> };
    schemas[`${name}Bare`] = own;
    for (const child of Object.values(mapping)) buildOnBare(schemas[child.replace(components, '')], name);
    const kinds = Object.entries(mapping).map(([kind, child]) => ({
      if: { properties: { [propertyName]: { const: kind } } },
      then: { $ref: child },
    }));
    const known = closed ? [{ properties: { [propertyName]: { enum: Object.keys(mapping) } } }] : [];
    schemas[name] = { allOf: [{ $ref: `${components}${name}Bare` }, ...known, ...kinds] };
  }
}

function buildOnBare(child: Json | undefined, base: string): void {
  for (const part of (child?.['allOf'] ?? []) as Json[]) {
    if (part['$ref'] === components + base) part['$ref'] = `${components}${base}Bare`;
  }
}

/** LINE's OpenAPI files as validators, compiled when first asked for. */
class LineOpenApi {
  private readonly ajv = addFormats.default(new Ajv({ strict: false, allErrors: true, logger: false }));
  private readonly documents = new Map<string, Document>();
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor() {
    for (const file of [...apiFiles, webhookFile]) {
      const document = parse(readFileSync(join(directory, file), 'utf8')) as Document;
      withKinds(document, file !== webhookFile);
      this.documents.set(file, document);
      this.ajv.addSchema(document, file);
    }
  }

  /** The operation that serves a path, with the JSON pointer to it. */
  operation(method: string, path: string): { operation: Operation; pointer: string } {
    for (const [file, { paths }] of this.documents) {
      // `/richmenu/list` also fits `/richmenu/{richMenuId}`: templates with fewer places to fill go first.
      const templates = Object.entries(paths).sort(([a], [b]) => a.split('{').length - b.split('{').length);
      for (const [template, operations] of templates) {
        const operation = operations[method.toLowerCase()];
        if (!operation || !matches(template, path)) continue;
        const steps = ['paths', template, method.toLowerCase()].map((step) =>
          step.replaceAll('~', '~0').replaceAll('/', '~1'),
        );
        return { operation, pointer: `${file}#/${steps.map(encodeURIComponent).join('/')}` };
      }
    }
    throw new Error(`LINE's OpenAPI files know no ${method} ${path}`);
  }

  errors(pointer: string, value: unknown): string[] {
    let validate = this.compiled.get(pointer);
    if (!validate) this.compiled.set(pointer, (validate = this.ajv.compile({ $ref: pointer })));
    validate(value);
    return (validate.errors ?? []).map(({ instancePath, message, params }) => {
      return `${instancePath || '/'} ${message ?? ''} ${JSON.stringify(params)}`;
    });
  }
}

function matches(template: string, path: string): boolean {
  const pattern = template.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`).replaceAll(/\{[^}]+\}/g, '[^/]+');
  return new RegExp(`^${pattern}$`).test(path.split('?')[0] ?? '');
}

let loaded: LineOpenApi | undefined;
const line = () => (loaded ??= new LineOpenApi());
const json = `content/application~1json/schema`;
const form = `content/application~1x-www-form-urlencoded/schema`;

/** What LINE's files find wrong with a request's body; an empty list means nothing. */
export function validateRequest(method: string, path: string, body: unknown): string[] {
  const { operation, pointer } = line().operation(method, path);
  const { content } = operation.requestBody ?? {};
  if (content?.['application/json']) return line().errors(`${pointer}/requestBody/${json}`, body);
  if (content?.['application/x-www-form-urlencoded']) return line().errors(`${pointer}/requestBody/${form}`, body);
  return body === undefined ? [] : ['/ a body is sent to an operation without one'];
}

/** What LINE's files find wrong with an answer. Errors they do not list have the common form of all errors. */
export function validateResponse(method: string, path: string, status: number, body: unknown): string[] {
  const { operation, pointer } = line().operation(method, path);
  const schema = operation.responses[status]?.content?.['application/json']?.schema;
  if (schema) return line().errors(`${pointer}/responses/${status}/${json}`, body);
  if (status >= 400) return line().errors(`messaging-api.yml${components}ErrorResponse`, body);
  const empty = JSON.stringify(body) === '{}';
  return operation.responses[status] && empty ? [] : [`/ status ${status} with this body is not described`];
}

/** What LINE's files find wrong with the body of a webhook. */
export function validateWebhook(body: unknown): string[] {
  return line().errors(`${webhookFile}${components}CallbackRequest`, body);
}
