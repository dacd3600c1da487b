import { Config } from './config.js';
import { variableName, variables } from './variable.js';

const WIDTH = 110;

/** The whole text of `.env.example`: what has a default is commented out. */
export function environmentExample(): string {
  const defaults = new Config() as unknown as Record<string, string | number | undefined>;
  const parts = [...variables()].map(([property, { comment, example = '', optional }]) => {
    const value = defaults[property] ?? example;
    const required = optional ? '' : ' Required.';
    return `${wrapped(comment + required)}\n${optional ? '# ' : ''}${variableName(property)}=${value}\n`;
  });
  return `# Generated from libs/config/config.ts by \`npm run generate\`.\n\n${parts.join('\n')}`;
}

function wrapped(text: string): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1)!;
    if (line.length + word.length > WIDTH) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines.map((line) => `# ${line}`).join('\n');
}
