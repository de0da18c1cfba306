import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

const DOCUMENTS = globSync(['*.md', 'client/README.md', 'docs/*.md', 'drizzle/functions/README.md'], {
  cwd: ROOT,
});

/** What is made by a program and not by git. */
const GENERATED = /^(dist|\.data|\.dev\.vars|node_modules)\b/;
const SCRIPTS = new Set(Object.keys(packageJson.scripts));

const source = globSync(['{src,tools,test/support}/**/*.ts', 'drizzle/**/*.sql'], { cwd: ROOT })
  .map(read)
  .join('\n');

const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, first = '']) => first);
const withoutCode = (text: string) => text.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');

/** The fragment of a heading, as GitHub makes it. */
const fragment = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

function brokenLinks(file: string, text: string): string[] {
  return all(withoutCode(text), /\]\(([^)\s]+)\)/g).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [target = '', anchor] = link.split('#');
    const place = target === '' ? file : path.posix.join(path.posix.dirname(file), target);
    if (!existsSync(path.join(ROOT, place))) return !GENERATED.test(place);
    return (
      anchor !== undefined &&
      !all(read(place), /^#+ (.*)$/gm)
        .map(fragment)
        .includes(anchor)
    );
  });
}

/** Paths in backticks, with `*` and `{a,b}` as a shell reads them. */
const missingPaths = (text: string) =>
  all(withoutCode(text), /`((?:src|test|tools|drizzle|docs|client|public|\.github|\.ci)\/[^\s`:]*)`/g).filter(
    (name) => globSync(name, { cwd: ROOT }).length === 0 && !/NNNN|…/.test(name),
  );

const missingScripts = (text: string) =>
  all(text, /\bnpm run ([\w:]+)/g).filter((script) => !SCRIPTS.has(script));

/** Functions of ours are written as `name()`. */
const missingFunctions = (text: string) =>
  all(text, /`(\w+)\(\)`/g).filter(
    (name) => !new RegExp(`\\b(?:function|const|FUNCTION) ${name}\\b`).test(source),
  );

/** A block that names a file is a part of it; `…` stands for lines that are left out. */
const staleBlocks = (text: string) =>
  [...text.matchAll(/^( *)```\w+ (\S+)\n([\s\S]*?)^ *```$/gm)]
    .filter(([, indent = '', file = '', block = '']) => {
      const lines = block.replaceAll(new RegExp(`^${indent}`, 'gm'), '');
      return lines.split(/^ *…\n/m).some((part) => !read(file).includes(part));
    })
    .map(([, , file]) => file);

const faultsOf = (file: string, text: string) => ({
  links: brokenLinks(file, text),
  paths: missingPaths(text),
  scripts: missingScripts(text),
  functions: missingFunctions(text),
  blocks: staleBlocks(text),
});

const NONE = { links: [], paths: [], scripts: [], functions: [], blocks: [] };

describe('the documents', () => {
  it.each(DOCUMENTS)('%s names only what is there', (file) => {
    expect(faultsOf(file, read(file))).toEqual(NONE);
  });

  it('are searched for links, paths, scripts, functions and parts of files', () => {
    const text = [
      '[here](LICENSE) [gone](docs/gone.md) [no such heading](README.md#gone) `src/gone.ts` `src/{db,gone}/*.ts`',
      'npm run gone, npm run check, `vanished()`, `call()`',
      '  ```ts src/log.ts\n  export type Level = 1;\n  ```',
    ].join('\n');
    expect(faultsOf('README.md', text)).toEqual({
      links: ['docs/gone.md', 'README.md#gone'],
      paths: ['src/gone.ts'],
      scripts: ['gone'],
      functions: ['vanished'],
      blocks: ['src/log.ts'],
    });
  });
});
