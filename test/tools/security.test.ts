import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const text = readFileSync(path.join(ROOT, 'SECURITY.md'), 'utf8');
/** The rows of the tables that say what proves something: all but the heads have a test in their last column. */
const rows = [...text.matchAll(/^\| (.+) \| (`test\/.+) \|$/gm)];
const claims = rows.map(([, what = '', proof = '']) => {
  const [, file = '', name = ''] = /^`(test\/[\w/-]+\.test\.ts)`: (.+)$/.exec(proof) ?? [];
  return { what, file, name };
});

describe('SECURITY.md', () => {
  it('claims something, and each line of the standard with a proof', () => {
    const lines = [...text.matchAll(/^\| \d+\.\d+\.\d+ \|/gm)].length;
    expect(lines).toBeGreaterThan(30);
    expect(claims.filter(({ what }) => /^\d+\.\d+\.\d+ /.test(what))).toHaveLength(lines);
    expect(claims.length).toBeGreaterThan(lines);
  });

  it.each(claims)('names a test that is there: $what', ({ file, name }) => {
    expect(readFileSync(path.join(ROOT, file), 'utf8').includes(name), `${file}: ${name}`).toBe(true);
  });
});
