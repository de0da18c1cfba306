import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { clientAddress } from '../../server/client-address';
import { readAllSettings } from '../../server/settings';
import { createRateLimit } from '../../server/shield';
import { runHome } from '../support/node/process';

const GOOD = {
  DATABASE_URL: 'postgres://worker:secret-of-the-database@db.example/ledge',
  JWT_SECRET: 'a secret of the tests, which is long enough',
  MAIL_FROM: 'ledge@example.com',
  SMTP_URL: 'smtps://user:secret-of-the-mail@mail.example:465',
};

const folder = mkdtempSync(path.join(tmpdir(), 'ledge-secrets-'));
afterAll(() => rmSync(folder, { recursive: true }));

const faultsOf = (changes: Record<string, string>) => {
  try {
    readAllSettings({ ...GOOD, ...changes });
    return [];
  } catch (error) {
    return (error as { faults: string[] }).faults;
  }
};

describe('readAllSettings', () => {
  it('has the defaults of production', () => {
    const { server, app } = readAllSettings(GOOD);

    expect(server).toMatchObject({ PORT: 8787, HOST: '127.0.0.1', WORKERS: 1, MIGRATE_ON_START: false });
    expect(app).toMatchObject({
      ENVIRONMENT: 'production',
      JWT_ISSUER: 'ledge',
      MAIL_VIA: 'smtp',
      SIGN_INS_PER_MINUTE: '30',
    });
  });

  it.each([
    ['PORT', 'http'],
    ['PORT', '70000'],
    ['WORKERS', '0'],
    ['DATABASE_POOL_SIZE', 'many'],
    ['TRUSTED_PROXIES', '10.0.0.0/8, proxy.example'],
    ['TRUSTED_PROXIES', '10.0.0.0/64'],
    ['SMTP_URL', 'https://mail.example'],
    ['MIGRATE_ON_START', 'perhaps'],
    ['MAIL_VIA', 'binding'],
    ['JWT_SECRET', 'short'],
    ['DATABASE_URL', 'mysql://localhost/ledge'],
    ['JWT_SECRET_FILE', '/nowhere/at/all'],
  ])('names %s=%s and does not show a secret', (name, value) => {
    const faults = faultsOf({ [name]: value });

    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(name);
    expect(faults[0]).not.toContain('secret-of');
  });

  it('names all faults at once', () => {
    expect(faultsOf({ PORT: 'x', JWT_SECRET: '', DATABASE_URL: '' })).toEqual([
      'PORT must be a whole number from 0 to 65535',
      'DATABASE_URL is missing',
      'JWT_SECRET is missing',
    ]);
  });

  it('asks for a mail server where mail goes by SMTP', () => {
    expect(faultsOf({ MAIL_VIA: 'smtp', SMTP_URL: '' })).toEqual(['SMTP_URL is missing']);
  });

  it('reads secrets from files, and refuses one that is set twice', () => {
    const file = path.join(folder, 'jwt');
    writeFileSync(file, 'another secret, from a file, long enough\n');
    const { JWT_SECRET: _, ...rest } = GOOD;

    expect(readAllSettings({ ...rest, JWT_SECRET_FILE: file }).app.JWT_SECRET).toBe(
      'another secret, from a file, long enough',
    );
    expect(faultsOf({ JWT_SECRET_FILE: file })).toEqual(['JWT_SECRET and JWT_SECRET_FILE are both set']);
  });
});

describe('the program', () => {
  it('ends with 1 and one sentence that names all that is wrong', async () => {
    const { code, output } = await runHome({ JWT_SECRET: 'short' });

    expect(code).toBe(1);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toMatch(/^The settings can't be used: .*DATABASE_URL is missing; JWT_SECRET must be/);
  });

  it('ends with 1 and one sentence for an argument', async () => {
    expect(await runHome({}, ['--port', '8888'])).toEqual({
      code: 1,
      output:
        'Ledge can\'t start: unknown argument "--port". Settings are environment variables: PORT=8888 npm start\n',
    });
  });
});

describe('clientAddress', () => {
  const { TRUSTED_PROXIES } = readAllSettings({
    ...GOOD,
    TRUSTED_PROXIES: '127.0.0.1, 10.0.0.0/8 2001:db8::/32',
  }).server;

  it.each([
    ['a stranger may not name another address', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['a trusted proxy names the client', '127.0.0.1', '203.0.113.7', '203.0.113.7'],
    ['what the client wrote itself does not count', '127.0.0.1', '198.51.100.1, 203.0.113.7', '203.0.113.7'],
    ['a chain of trusted proxies', '10.1.2.3', '203.0.113.7, 10.9.9.9, 127.0.0.1', '203.0.113.7'],
    ['an IPv4 peer of an IPv6 socket', '::ffff:10.1.2.3', '203.0.113.7', '203.0.113.7'],
    ['an IPv6 proxy', '2001:db8::5', '2a00:1::1', '2a00:1::1'],
    ['no header', '127.0.0.1', '', '127.0.0.1'],
    ['words that are no address', '127.0.0.1', 'unknown', '127.0.0.1'],
  ])('%s', (_, peer, forwarded, expected) => {
    expect(clientAddress(peer, forwarded, TRUSTED_PROXIES)).toBe(expected);
  });
});

describe('createRateLimit', () => {
  it('allows so many requests a minute for each key', async () => {
    const limit = createRateLimit(2);
    const ask = async (key: string) => (await limit.limit({ key })).success;

    expect([await ask('a'), await ask('a'), await ask('a'), await ask('b')]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });
});
