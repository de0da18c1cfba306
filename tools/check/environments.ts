import path from 'node:path';

const CONFIG = path.resolve(import.meta.dirname, '../../wrangler.toml');

/** The environments of wrangler.toml, whose top level is development. Previews run on copies of staging's database. */
export const ENVIRONMENTS = ['development', 'staging', 'preview', 'production'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

/** The configuration of one environment, with what Wrangler lets it inherit. */
export interface Configuration {
  vars: Record<string, unknown>;
  [key: string]: unknown;
}

export async function readConfiguration(name: EnvironmentName, config = CONFIG): Promise<Configuration> {
  const { unstable_readConfig } = await import('wrangler');
  const env = name === 'development' ? undefined : name;
  return unstable_readConfig({ config, env }, { hideWarnings: true }) as unknown as Configuration;
}

/** Keys that differ between environments, and keys that Wrangler lets them inherit. */
const UNCOMPARED = new Set([
  'build',
  'configPath',
  'userConfigPath',
  'topLevelName',
  'targetEnvironment',
  'definedEnvironments',
  'name',
  'route',
  'routes',
  'workers_dev',
  'preview_urls',
  'placement',
  'limits',
  'dev',
]);

/**
 * The differences of the other environments from development, as sentences. A named environment inherits no bindings, and
 * Wrangler only warns: a missing one is undefined at run time.
 */
export async function findEnvironmentFaults(config = CONFIG): Promise<string[]> {
  const [development, staging, ...others] = (await Promise.all(
    ENVIRONMENTS.map(async (name) => ({ name, shapes: shapesOf(await readConfiguration(name, config)) })),
  )) as [Environment, Environment, ...Environment[]];
  // Development lists no secrets: they are in .dev.vars.
  const modelFor = (key: string) => (key === 'secrets' ? staging : development);
  return [staging, ...others].flatMap(({ name, shapes }) => {
    const keys = [...new Set(['secrets', ...Object.keys(development.shapes), ...Object.keys(shapes)])].sort();
    return keys
      .filter((key) => key !== 'triggers' || name !== 'preview')
      .filter((key) => modelFor(key).shapes[key] !== shapes[key] || (key === 'secrets' && !shapes[key]))
      .map((key) => {
        const { name: other, shapes: others } = modelFor(key);
        return `wrangler.toml: ${key} is ${shapes[key] ?? 'missing'} in ${name}, ${others[key] ?? 'missing'} in ${other}.`;
      });
  });
}

interface Environment {
  name: EnvironmentName;
  shapes: Record<string, string>;
}

const shapesOf = (configuration: Configuration) =>
  Object.fromEntries(
    Object.entries(configuration)
      .filter(([key, value]) => !UNCOMPARED.has(key) && value !== undefined)
      .map(([key, value]) => [
        key,
        JSON.stringify(key === 'vars' ? Object.keys(value as object).sort() : shape(value)),
      ]),
  );

/** The names of bindings without their values, in any order. */
function shape(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(shape).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  const { name, binding } = value as Record<string, unknown>;
  if (typeof binding === 'string' || typeof name === 'string') return binding ?? name;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shape(part)]));
}
