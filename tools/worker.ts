// The Worker of `npm run dev`, in Wrangler's development server. Not by Wrangler's command line, which every user of the
// machine can read, which passes on only those secrets that wrangler.toml names, and which always opens a debugger that
// anybody on the machine may enter.
import { text } from 'node:stream/consumers';
import { unstable_startWorker } from 'wrangler';

/** What the program that starts this one writes to its stdin, as JSON. */
export interface HandedOver {
  port: number;
  /** Where simulated bindings keep what they hold. */
  folder: string;
  settings: Record<string, string>;
}

const { port, folder, settings } = JSON.parse(await text(process.stdin)) as HandedOver;
const bindings = Object.entries(settings).map(
  ([name, value]) => [name, { type: 'secret_text', value }] as const,
);
const worker = await unstable_startWorker({
  config: 'wrangler.toml',
  bindings: Object.fromEntries(bindings),
  dev: { server: { hostname: '127.0.0.1', port }, inspector: false, watch: true, persist: folder },
}).catch(({ message, cause }: Error) => {
  console.error(cause instanceof Error ? cause.message : message);
  process.exit(1);
});
process.once('SIGINT', async () => {
  await worker.dispose();
  process.exit(0);
});
