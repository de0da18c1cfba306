import path from 'node:path';

const CONFIG = path.resolve(import.meta.dirname, '../../wrangler.toml');

/** As wrangler.toml has them: the top level is development. */
export const ENVIRONMENTS = ['development', 'staging', 'production'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

/** The configuration of one environment after Wrangler's own rules of what it inherits. */
export interface Configuration {
  vars: Record<string, unknown>;
  [key: string]: unknown;
}

export async function readConfiguration(name: EnvironmentName, config = CONFIG): Promise<Configuration> {
  const { unstable_readConfig } = await import('wrangler');
  const env = name === 'development' ? undefined : name;
  return unstable_readConfig({ config, env }, { hideWarnings: true }) as unknown as Configuration;
}

/** Where a Worker goes and what it is called is an environment's own; how it is built, Wrangler hands down itself. */
const OWN = new Set([
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
 * What staging and production lack or have more than development, a sentence each. Wrangler hands no binding down to
 * a named environment and only warns: what is forgotten there is undefined at run time.
 */
export async function findEnvironmentFaults(config = CONFIG): Promise<string[]> {
  const [development, staging, production] = (await Promise.all(
    ENVIRONMENTS.map(async (name) => ({ name, shapes: shapesOf(await readConfiguration(name, config)) })),
  )) as [Shaped, Shaped, Shaped];
  // Development has no secrets but what stands in .dev.vars.
  const model = (key: string) => (key === 'secrets' ? staging : development);
  return [staging, production].flatMap(({ name, shapes }) => {
    const keys = [...new Set(['secrets', ...Object.keys(development.shapes), ...Object.keys(shapes)])].sort();
    return keys
      .filter((key) => model(key).shapes[key] !== shapes[key] || (key === 'secrets' && !shapes[key]))
      .map((key) => {
        const { name: other, shapes: others } = model(key);
        return `wrangler.toml: ${key} is ${shapes[key] ?? 'missing'} in ${name}, ${others[key] ?? 'missing'} in ${other}.`;
      });
  });
}

interface Shaped {
  name: EnvironmentName;
  shapes: Record<string, string>;
}

const shapesOf = (configuration: Configuration) =>
  Object.fromEntries(
    Object.entries(configuration)
      .filter(([key, value]) => !OWN.has(key) && value !== undefined)
      .map(([key, value]) => [
        key,
        JSON.stringify(key === 'vars' ? Object.keys(value as object).sort() : shape(value)),
      ]),
  );

/** What names a binding, whatever it is bound to; lists in any order. */
function shape(value: unknown): unknown {
  if (Array.isArray(value))
    return value.map(shape).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  if (typeof value !== 'object' || value === null) return value;
  const { name, binding } = value as Record<string, unknown>;
  if (typeof binding === 'string' || typeof name === 'string') return binding ?? name;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shape(part)]));
}
