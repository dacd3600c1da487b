import { TEMPLATES } from './all-templates.js';
import type { JourneyTemplate } from './journey-template.js';

/** A channel's id, as examples have it. */
const CHANNEL = '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90';

const INTRODUCTION = `# Ready journeys

Each is switched on with one call, \`POST /v1/journeys/from-template\`, and is a journey of your own from then on: read it with
\`GET /v1/journeys/{id}\`, change it with \`PUT\`, try it on past events with \`POST /v1/journeys/simulate\`. Below, for each: the
call with its usual options, and the journey that it makes. The same is answered by \`GET /v1/journey-templates\`.
`;

/** The whole text of the page that shows every ready journey with an example. */
export function templatesDocument(): string {
  return [INTRODUCTION, ...TEMPLATES.map(chapter)].join('\n');
}

function chapter(template: JourneyTemplate): string {
  const { id, label, description, example } = template;
  const definition = template.build(example, { channelId: CHANNEL, currency: 'JPY' });
  return [
    `## ${label.en} (${label.ja})\n`,
    `${description.en}\n`,
    `${description.ja}\n`,
    '`POST /v1/journeys/from-template`\n',
    fenced({ template: id, channelId: CHANNEL, options: example }),
    'makes\n',
    fenced(definition),
  ].join('\n');
}

function fenced(value: object): string {
  return `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\`\n`;
}
