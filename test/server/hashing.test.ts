import { availableParallelism } from 'node:os';
import { hashSync } from 'bcryptjs';
import { describe, expect, it } from 'vitest';
import { openHashing } from '../../server/hashing';

const PASSWORD = 'correct horse battery staple';

describe('openHashing', () => {
  it('compares with bcrypt in another thread, while this one goes on', async () => {
    const { compareBcrypt } = openHashing(1);
    // Cost 12 keeps a thread busy for some hundred milliseconds.
    const stored = hashSync(PASSWORD, 12);
    let turns = 0;
    const others = setInterval(() => {
      turns += 1;
    });
    const answers = await Promise.all([compareBcrypt(PASSWORD, stored), compareBcrypt('another', stored)]);
    clearInterval(others);

    expect(answers).toEqual([true, false]);
    expect(turns).toBeGreaterThan(10);
  });

  it('throws what bcrypt throws, and goes on', async () => {
    const { compareBcrypt } = openHashing(1);

    await expect(compareBcrypt(PASSWORD, `$2x$12$${'a'.repeat(53)}`)).rejects.toThrow();
    expect(await compareBcrypt(PASSWORD, hashSync(PASSWORD, 4))).toBe(true);
  });

  it('leaves one core to requests, and shares the others among the processes', () => {
    const cores = availableParallelism();

    expect(openHashing(1).at_once).toBe(Math.max(1, cores - 1));
    expect(openHashing(cores).at_once).toBe(1);
  });
});
