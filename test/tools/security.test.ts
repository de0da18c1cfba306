import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const text = readFileSync(path.join(ROOT, 'SECURITY.md'), 'utf8');
const claims = [
  ...text.matchAll(/^\| (\d+\.\d+\.\d+) \| \d \| .+ \| `(test\/[\w/-]+\.test\.ts)`: (.+) \|$/gm),
].map(([, line = '', file = '', name = '']) => ({ line, file, name }));

describe('SECURITY.md', () => {
  it('has more than thirty claims', () => {
    expect(claims.length).toBe([...text.matchAll(/^\| \d+\.\d+\.\d+ \|/gm)].length);
    expect(claims.length).toBeGreaterThan(30);
  });

  it.each(claims)('names an existing test for $line: $name', ({ file, name }) => {
    expect(readFileSync(path.join(ROOT, file), 'utf8')).toContain(name);
  });
});
