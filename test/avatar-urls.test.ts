// An avatar is an https URL of a public host: whoever shows it must not be led into their own network.
import { beforeAll, describe, expect, it } from 'vitest';
import { api } from './support/api';
import { type Person, signUp, unusedName } from './support/people';

let me: Person;
beforeAll(async () => {
  me = await signUp();
});
const change = (avatar_url: unknown) => api('PATCH /users/me', { token: me.token, json: { avatar_url } });

describe('an avatar_url', () => {
  it.each([
    ['https://example.com/a.png', 'https://example.com/a.png'],
    [' HTTPS://Example.COM:443/a b.png\n', 'https://example.com/a%20b.png'],
    ['https://example.com:8443/?q=1#x', 'https://example.com:8443/?q=1#x'],
    ['https://bücher.example/ä.png', 'https://xn--bcher-kva.example/%C3%A4.png'],
    ['https://localhost.example.com/', 'https://localhost.example.com/'],
    ['https://mylocal.example/', 'https://mylocal.example/'],
    ['https://93.184.216.34/a.png', 'https://93.184.216.34/a.png'],
    ['https://172.32.0.1/', 'https://172.32.0.1/'],
    ['https://100.128.0.1/', 'https://100.128.0.1/'],
    ['https://[2606:4700:4700::1111]/', 'https://[2606:4700:4700::1111]/'],
    ['https://example.com/@ada', 'https://example.com/@ada'],
  ])('may be %s', async (sent, stored) => {
    const { status, body } = await change(sent);

    expect([status, body.avatar_url]).toEqual([200, stored]);
  });

  it.each([
    'http://example.com/',
    'https:example.com',
    '//example.com/a.png',
    'https://',
    'javascript:alert(1)',
    'https://user:pass@example.com/',
    'https://user@example.com/',
    'https://:pass@example.com/',
    'https://localhost/',
    'https://LOCALHOST./',
    'https://a.localhost/',
    'https://printer.local/',
    'https://metadata.google.internal/',
    'https://router.lan/',
    'https://nas.home.arpa/',
    'https://intranet/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://１２７.0.0.1/',
    'https://0/',
    'https://10.1.2.3/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data',
    'https://172.16.0.1/',
    'https://172.31.255.255/',
    'https://192.168.0.1/',
    'https://3232235777/',
    'https://192.0.2.1/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://255.255.255.255/',
    'https://[::1]/',
    'https://[::]/',
    'https://[fe80::1]/',
    'https://[fc00::1]/',
    'https://[fd12:3456::1]/',
    'https://[ff02::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:8.8.8.8]/',
    'https://[64:ff9b::7f00:1]/',
    'https://[2002:7f00:1::]/',
    'https://[2001:db8::1]/',
    'https://[2001::1]/',
    'https://example.com/\0',
    'https://example.com/a\nb',
    'https://exam\tple.com/',
    `https://example.com/${'a'.repeat(2_000)}`,
    `https://example.com/${'ä'.repeat(400)}`,
    `https://example.com/${' '.repeat(200_000)}x`,
    1,
    {},
  ])('must not be %s', async (avatar_url) => {
    const email = `${unusedName()}@example.com`;
    const calls = [
      change(avatar_url),
      api('POST /users', { json: { email, password: me.password, avatar_url } }),
    ];
    for (const { status, body } of await Promise.all(calls)) {
      expect([status, body.errors?.map(({ path }: { path: string }) => path)]).toEqual([422, ['avatar_url']]);
    }
  });

  it('is kept up to 2,000 characters', async () => {
    const longest = `https://example.com/${'a'.repeat(1_980)}`;

    expect((await change(longest)).body.avatar_url).toBe(longest);
  });
});
