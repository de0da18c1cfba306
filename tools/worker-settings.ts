// Loaded into Wrangler's own process by `npm run dev`. A command line is for every user of the machine to read, an
// environment is not; and of `.dev.vars` Wrangler passes on those settings only that wrangler.toml names.
export const HANDED_OVER = 'LEDGE_WORKER_SETTINGS';

const settings = process.env[HANDED_OVER];
// Not for the processes that Wrangler starts; in its threads it is gone already.
delete process.env[HANDED_OVER];
if (settings) {
  for (const [name, value] of Object.entries(JSON.parse(settings) as Record<string, string>))
    process.argv.push('--var', `${name}:${value}`);
}
