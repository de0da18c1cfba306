// An email is what a browser's <input type=email> takes, within the lengths of RFC 5321.
import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { PASSWORD, signUp, unusedName } from './support/people';

const register = (email: unknown) => api('POST /users', { json: { email, password: PASSWORD } });
const unique = () => unusedName().replaceAll('_', '-');

describe('an email', () => {
  it.each([
    ['a punycode top-level domain', () => `ivan-${unique()}@xn--80a1acny.xn--p1ai`],
    ['every sign that may stand before the @', () => `a.!#$%&'*+/=?^_\`{|}~-${unique()}@example.com`],
    ['dots where they are unusual', () => `.${unique()}..a.@example.com`],
    ['a domain of one label', () => `${unique()}@localhost`],
    ['digits in its domain', () => `${unique()}@163.com`],
    ['64 characters before the @', () => `${unique().padEnd(64, 'x')}@example.com`],
    ['254 characters', () => `${unique()}@${`${'d'.repeat(56)}.`.repeat(3)}`.padEnd(254, 'e')],
    ['a label of 63 characters', () => `${unique()}@${'d'.repeat(63)}.example`],
  ])('may have %s', async (_, make) => {
    const email = make();

    const { status, body } = await register(email);

    expect([status, body.email]).toEqual([201, email]);
    expect((await register(email.toUpperCase())).body.code).toBe('email_taken');
  });

  const LABELS = `${'d'.repeat(61)}.`.repeat(3);
  it.each([
    ['65 characters before the @', `${'x'.repeat(65)}@example.com`],
    ['255 characters', `${'x'.repeat(60)}@${LABELS}`.padEnd(255, 'e')],
    ['a label of 64 characters', `ada@${'d'.repeat(64)}.example`],
    ['a label that begins with a hyphen', 'ada@-example.com'],
    ['a label that ends with a hyphen', 'ada@example-.com'],
    ['an empty label', 'ada@example..com'],
    ['a dot at its end', 'ada@example.com.'],
    ['an underscore in its domain', 'ada@exa_mple.com'],
    ['letters of another script', 'ада@example.com'],
    ['a domain of another script', 'ada@пример.рф'],
    ['quotes', '"ada lovelace"@example.com'],
    ['an address as its domain', 'ada@[127.0.0.1]'],
    ['something invisible inside', 'ada\u200b@example.com'],
    ['a line break inside', 'ada@example.com\r\nBcc: x@example.com'],
    ['a NUL at its end', 'ada@example.com\0'],
    ['full-width letters', 'ａda@example.com'],
    ['a long s, whose upper case is S', 'ada@example.co\u017f'],
  ])('must not have %s', async (_, email) => {
    const { token, password } = await signUp();
    const calls = [
      api('POST /users', { json: { email, password } }),
      api('PATCH /users/me', { token, json: { email, current_password: password } }),
      api('POST /auth/password/forgot', { json: { email } }),
      api('POST /auth/password/reset', { json: { email, code: 'ABCD2345', new_password: `${password}!` } }),
    ];

    for (const { status, body } of await Promise.all(calls)) {
      expect([status, body.errors?.map(({ path }: { path: string }) => path)]).toEqual([422, ['email']]);
    }
  });
});
