import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { renderDocument } from '../generate/document.ts';
import { examples } from './options.ts';

export function add(program: Command): void {
  program
    .command('openapi')
    .description('print the OpenAPI document of the API')
    .option('--out <file>', 'write it to this file')
    .addHelpText('after', examples('openapi --out openapi.json'))
    .action(async ({ out }: { out?: string }) => {
      const written = await renderDocument();
      if (out === undefined) process.stdout.write(written);
      else writeFileSync(out, written);
    });
}
