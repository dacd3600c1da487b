import { check } from '#kernel';
import { Config } from './config.js';
import { variableName, variables } from './variable.js';

export type Environment = Record<string, string | undefined>;

/** The process does not start: one sentence for whoever starts it, naming the variables, never their values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/** The environment of this process; what a program adds to it before `loadConfig` goes into a copy. */
export function environment(): Environment {
  return { ...process.env };
}

/**
 * Reads every variable once. An empty one counts as unset.
 * @throws ConfigError naming each variable that is missing or wrong
 */
export function loadConfig(env: Environment = process.env): Config {
  const given: Record<string, string> = {};
  for (const [property, { isBase }] of variables()) {
    const value = env[variableName(property)];
    if (value !== undefined && value !== '') given[property] = isBase ? value.replace(/\/+$/, '') : value;
  }
  const checked = check(Config, given, { text: true });
  if (!checked.errors) return checked.value;
  const problems = checked.errors.map(({ path, detail }) => `${variableName(path.slice(1))} ${detail}`);
  throw new ConfigError(`The environment is not complete: ${problems.join('; ')}.`);
}
