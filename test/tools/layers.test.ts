import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A folder with this project's rules of Biome, and only the files that a test writes. */
const tree = mkdtempSync(path.join(tmpdir(), 'ledge-layers-'));
cpSync(path.join(ROOT, 'biome.json'), path.join(tree, 'biome.json'));
symlinkSync(path.join(ROOT, 'node_modules'), path.join(tree, 'node_modules'));

afterAll(() => rmSync(tree, { recursive: true }));

function lint(files: Record<string, string>): string {
  const paths = Object.keys(files);
  rmSync(path.join(tree, 'src'), { recursive: true, force: true });
  for (const file of paths) {
    mkdirSync(path.join(tree, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(tree, file), files[file] ?? '');
  }
  const biome = path.join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
  try {
    return execFileSync(
      process.execPath,
      [biome, 'lint', '--vcs-enabled=false', '--error-on-warnings', 'src'],
      {
        cwd: tree,
        encoding: 'utf8',
        stdio: 'pipe',
      },
    );
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    return `${stdout}${stderr}`;
  }
}

const importing = (from: string) => `import { imported } from '${from}';\n\nexport const used = imported;\n`;

describe('the layers', () => {
  it.each([
    ['src/routes/posts.ts', 'drizzle-orm'],
    ['src/routes/posts.ts', '../../drizzle/schema'],
    ['src/routes/posts.ts', './votes'],
    ['src/routes/posts.ts', '../index'],
    ['src/routes/users/follows.ts', '../votes'],
    ['src/routes/users/follows.ts', '../posts/replies'],
    ['src/routes/users/follows.ts', '../../../drizzle/schema'],
    ['src/security/token.ts', '../routes/auth'],
    ['src/security/token.ts', 'drizzle-orm'],
    ['src/db/posts.ts', 'hono/http-exception'],
    ['src/db/posts.ts', '@hono/zod-openapi'],
    ['src/db/posts.ts', '../schemas/post'],
    ['src/db/posts.ts', '../security/token'],
    ['src/db/posts.ts', '../routes/posts'],
    ['src/schemas/post.ts', '../db/posts'],
    ['src/mail/messages.ts', '../db/users'],
    ['src/problems.ts', '../tools/dev/main'],
  ])('do not allow %s to import %s', (file, from) => {
    expect(lint({ [file]: importing(from) })).toContain('noRestrictedImports');
  });

  it.each([
    ['src/routes/users/follows.ts', '../../db/follows'],
    ['src/routes/users/index.ts', './follows'],
    ['src/routes/posts.ts', '../security/guard'],
    ['src/security/guard.ts', '../problems'],
    ['src/db/posts.ts', 'drizzle-orm'],
    ['src/db/posts.ts', './database'],
    ['src/db/posts.ts', '../problems'],
  ])('allow %s to import %s', (file, from) => {
    expect(lint({ [file]: importing(from) })).not.toContain('noRestrictedImports');
  });

  it('allow no modules of Node in the Worker', () => {
    expect(lint({ 'src/db/posts.ts': importing('node:fs') })).toContain('noNodejsModules');
  });

  it('allow no import cycles', () => {
    const files = {
      'src/db/a.ts': importing('./b'),
      'src/db/b.ts': importing('./a').replace('used', 'imported2'),
    };
    expect(lint(files)).toContain('noImportCycles');
  });
});
