import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { renderDocument } from '../generate/document.ts';

export function add(program: Command): void {
  program
    .command('openapi')
    .description('print the OpenAPI document, as the Worker would answer it')
    .option('--out <file>', 'write it there instead')
    .action(async ({ out }: { out?: string }) => {
      const written = await renderDocument();
      if (out === undefined) process.stdout.write(written);
      else writeFileSync(out, written);
    });
}
