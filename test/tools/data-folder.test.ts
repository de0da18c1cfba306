// A folder for the data that can't be used is refused in one sentence, by `npm run dev` and by the command line.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../tools/postgres/free-port.ts';
import { startDev, temporaryFolder } from '../support/dev-server.ts';
import { ledge } from './run-ledge.ts';

const { folder, remove } = temporaryFolder();
const file = path.join(folder, 'file');

beforeAll(() => {
  writeFileSync(file, '');
  symlinkSync('loop', path.join(folder, 'loop'));
  mkdirSync(path.join(folder, 'closed'), { mode: 0o500 });
});
afterAll(remove);

/** The rights of a folder don't stop root. */
const isRoot = process.getuid?.() === 0;

const CASES: [name: string, place: string, reason: string][] = [
  ['a file', 'file', 'which is a file, not a folder'],
  ['below a file', 'file/x', 'but a part of that path is a file, not a folder'],
  ['deep below a file', 'file/x/y', 'but a part of that path is a file, not a folder'],
  ['a link to itself', 'loop', 'which is a symbolic link to itself'],
  ['too long', 'x'.repeat(300), 'which is too long for a path'],
  ...(isRoot
    ? []
    : ([
        ['closed', 'closed', 'where you may not write'],
        ['in a closed folder', 'closed/x', 'where you may not write'],
      ] as typeof CASES)),
];

describe('a DATA_DIR that is', () => {
  it.each(CASES)('%s is refused by npm run dev', async (_, place, reason) => {
    const data = path.join(folder, place);
    const server = await startDev(data, await freePort());
    expect(await server.stop()).toBe(1);
    expect(server.output()).toBe(`ledge: DATA_DIR is ${data}, ${reason}.\n`);
  });

  it.each(CASES)('%s is refused by the command line', async (_, place, reason) => {
    const data = path.join(folder, place);
    for (const command of ['migrations up', 'users list'])
      expect(await ledge(command.split(' '), { env: { DATA_DIR: data } })).toEqual({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(
          command === 'migrations up' || place !== 'closed/x' ? `${reason}\\.\n$` : 'There is no database',
        ),
      });
  });

  it('a file is refused as DATABASE_URL', async () => {
    const { code, stderr } = await ledge(['users', 'list'], { url: pathToFileURL(file).href });
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `ledge: DATABASE_URL is ${file}, which is a file, not a folder.\n`,
    });
  });
});
