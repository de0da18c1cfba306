import { describe, expect, it } from 'vitest';
import { hashPassword, isOutdated, verifyLogin, verifyPassword } from '../src/security/password';
import { api } from './support/api';
import { countDerivations } from './support/count-derivations';
import { signUp } from './support/people';
import { sql } from './support/sql';

const PASSWORD = 'correct horse battery staple';
/** OWASP's figure for PBKDF2-HMAC-SHA-256. */
const ITERATIONS = 600_000;

async function importKey(text: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', new TextEncoder().encode(text), 'PBKDF2', false, [
    'deriveBits',
    'deriveKey',
  ]);
}

describe('PBKDF2 in this suite', () => {
  const parameters = (iterations: number) => ({
    name: 'PBKDF2',
    hash: 'SHA-256',
    salt: new Uint8Array(16),
    iterations,
  });

  it('refuses more than 100,000 iterations in one call, like Cloudflare', async () => {
    const key = await importKey('any');

    expect(() => crypto.subtle.deriveBits(parameters(100_001), key, 256)).toThrow(
      expect.objectContaining({ name: 'NotSupportedError' }),
    );
    expect(() =>
      crypto.subtle.deriveKey(parameters(100_001), key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']),
    ).toThrow(expect.objectContaining({ name: 'NotSupportedError' }));
    expect((await crypto.subtle.deriveBits(parameters(100_000), key, 256)).byteLength).toBe(32);
  });
});

describe('hashPassword', () => {
  it("makes OWASP's number of iterations, stores the parameters, and uses a new salt each time", async () => {
    const stored: string[] = [];
    const cost = await countDerivations(async () => stored.push(await hashPassword(PASSWORD)));
    stored.push(await hashPassword(PASSWORD));

    expect(cost).toEqual({ calls: 6, iterations: ITERATIONS });
    for (const hash of stored) {
      const [scheme, iterations, chunk, salt = '', digest = ''] = hash.split('$');
      expect([scheme, iterations, chunk]).toEqual(['pbkdf2-sha256', '600000', '100000']);
      expect([atob(salt).length, atob(digest).length]).toEqual([16, 32]);
    }
    expect(stored[0]).not.toBe(stored[1]);
  });
});

describe('verifyPassword', () => {
  it('accepts the password and no other', async () => {
    const stored = await hashPassword(PASSWORD);

    expect(await verifyPassword(PASSWORD, stored)).toBe(true);
    for (const other of ['', PASSWORD.toUpperCase(), `${PASSWORD} `, ` ${PASSWORD}`, PASSWORD.slice(0, -1)])
      expect(await verifyPassword(other, stored)).toBe(false);
  });

  it('compares the password without a change of case or length: only its Unicode form is normalised', async () => {
    const password = ' Zoë’s pässword \u{1F511} '.normalize('NFC');
    const stored = await hashPassword(password);

    for (const same of [password, password.normalize('NFD'), password.replaceAll(' ', '\u00a0')])
      expect(await verifyPassword(same, stored)).toBe(true);
    for (const other of [password.trim(), password.toLowerCase(), password.slice(0, -1)])
      expect(await verifyPassword(other, stored)).toBe(false);
  });

  it('chains PBKDF2 calls, each with the output of the one before as its password', async () => {
    const salt = new Uint8Array(16).fill(7);
    let link: BufferSource = new TextEncoder().encode(PASSWORD);
    for (const iterations of [1_000, 1_000, 500]) {
      const key = await crypto.subtle.importKey('raw', link, 'PBKDF2', false, ['deriveBits']);
      link = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations }, key, 256);
    }
    const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
    const stored = `pbkdf2-sha256$2500$1000$${base64(salt)}$${base64(new Uint8Array(link as ArrayBuffer))}`;

    expect(await verifyPassword(PASSWORD, stored)).toBe(true);
    expect(await verifyPassword('another', stored)).toBe(false);
  });

  it('does the same work without a stored hash', async () => {
    const stored = await hashPassword(PASSWORD);
    const withHash = await countDerivations(() => verifyPassword('wrong', stored));
    const withoutHash = await countDerivations(() => verifyLogin('wrong', undefined, null));

    expect(withoutHash).toEqual(withHash);
    expect(await verifyLogin('', undefined, null)).toBe(false);
  });

  const SALT = btoa('s'.repeat(16));
  const DIGEST = btoa('d'.repeat(32));
  it.each([
    '',
    'plain text',
    `$2b$12$${'a'.repeat(52)}`,
    `$2x$12$${'a'.repeat(53)}`,
    `pbkdf2-sha512$600000$100000$${SALT}$${DIGEST}`,
    `pbkdf2-sha256$2000001$100000$${SALT}$${DIGEST}`,
    `pbkdf2-sha256$999999999999$100000$${SALT}$${DIGEST}`,
    `pbkdf2-sha256$600000$100001$${SALT}$${DIGEST}`,
    `pbkdf2-sha256$600000$1$${SALT}$${DIGEST}`,
    `pbkdf2-sha256$0$100000$${SALT}$${DIGEST}`,
    `pbkdf2-sha256$-1$100000$${SALT}$${DIGEST}`,
    `pbkdf2-sha256$1.5$100000$${SALT}$${DIGEST}`,
    `pbkdf2-sha256$$100000$${SALT}$${DIGEST}`,
    `pbkdf2-sha256$600000$100000$not base64!$${DIGEST}`,
    `pbkdf2-sha256$600000$100000$$${DIGEST}`,
    `pbkdf2-sha256$600000$100000$${SALT}$`,
    `pbkdf2-sha256$600000$100000$${SALT}`,
    `pbkdf2-sha256$600000$100000$${SALT}$${btoa('short')}`,
    `pbkdf2-sha256$600000$100000$${SALT}$${DIGEST}$more`,
  ])('throws before any work when the stored hash is %j', async (stored) => {
    const cost = await countDerivations(() =>
      expect(verifyPassword(PASSWORD, stored)).rejects.toThrow(/stored/i),
    );

    expect(cost.calls).toBe(0);
  });
});

describe('isOutdated', () => {
  it('is true for other parameters than those of new hashes', async () => {
    const today = await hashPassword(PASSWORD);

    expect(isOutdated(today)).toBe(false);
    expect(isOutdated(today.replace('$600000$', '$100000$'))).toBe(true);
    expect(isOutdated(today.replace('$100000$', '$50000$'))).toBe(true);
    expect(isOutdated(today.replace('sha256', 'sha512'))).toBe(true);
  });
});

describe('POST /auth/login with an invalid stored hash', () => {
  it('answers 500 and not a wrong password', async () => {
    const { id, username, password } = await signUp();
    await sql`UPDATE users SET password_hash = 'pbkdf2-sha256$9999999$100000$$' WHERE id = ${id}`;

    const answer = await api('POST /auth/login', { json: { username, password } });

    expect([answer.status, answer.body.code]).toEqual([500, 'internal_error']);
  });
});
