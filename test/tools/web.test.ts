import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { firstSizes, SIZE_MAX } from '../../tools/check/web-size.ts';
import { buildWeb } from '../../tools/dev/web.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const folder = path.join(ROOT, 'public/app');

// `npm test` has built it, unless its sources have changed since.
beforeAll(buildWeb);

describe('the web client', () => {
  it('is small before its first page is shown', () => {
    const { script, style } = firstSizes(folder);
    expect(script).toBeGreaterThan(10_000);
    expect(script).toBeLessThanOrEqual(SIZE_MAX.script);
    expect(style).toBeGreaterThan(1_000);
    expect(style).toBeLessThanOrEqual(SIZE_MAX.style);
  });

  it('is measured with all that its document names', async () => {
    const planted = await mkdtemp(path.join(tmpdir(), 'ledge-web-'));
    const noise = Array.from({ length: 5_000 }, (_, index) => Math.sin(index)).join();
    await writeFile(path.join(planted, 'a.js'), noise);
    await writeFile(path.join(planted, 'b.js'), noise);
    const page = '<script src="/app/a.js"></script><link rel="modulepreload" href="/app/b.js">';
    await writeFile(path.join(planted, 'index.html'), page);
    const { script, style } = firstSizes(planted);
    expect(script).toBeGreaterThan(SIZE_MAX.script);
    expect(style).toBe(0);
    await rm(planted, { recursive: true });
  });

  it('needs no script or style in its document', () => {
    const document = readFileSync(path.join(folder, 'index.html'), 'utf8');
    expect(document).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>|<style|\bstyle=|\bon\w+=/);
  });

  it('says everything from one file', () => {
    const files = globSync('web/src/{pages,parts}/**/*.tsx', { cwd: ROOT });
    const texts = files.flatMap((file) => {
      const source = readFileSync(path.join(ROOT, file), 'utf8');
      // Between tags, and in the attributes that are read out.
      const found = source.matchAll(
        />\s*([A-Z][a-z]+(?: [a-z]+)*[.!?]?)\s*<\/|(?:aria-label|title|placeholder)="([^"]+)"/g,
      );
      return [...found].map(([whole]) => `${file}: ${whole}`);
    });
    expect(texts).toEqual([]);
  });
});
