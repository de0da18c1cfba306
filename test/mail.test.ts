import { describe, expect, inject, it, vi } from 'vitest';
import { emailChanging, resetCode, verificationCode } from '../src/mail/messages';
import { api, isWorker, withSettings } from './support/api';
import { lines } from './support/log';
import { WAIT_OPTIONS } from './support/mail';
import { signUp } from './support/people';
import type { Delivery } from './support/resend';

async function deliveriesTo(email: string): Promise<Delivery[]> {
  const answer = await fetch(`${inject('resend')}/deliveries`);
  return ((await answer.json()) as Delivery[]).filter(({ mail }) => mail.to.includes(email));
}

/** Asks for a reset code with these settings. `failure` finds the line of the log about its mail. */
async function forgotWith(settings: Record<string, unknown>) {
  const { email } = await signUp();
  const fetch = withSettings({ MAIL_FROM: 'ledge@example.com', ...settings });
  const answer = await api('POST /auth/password/forgot', { json: { email }, fetch });
  const failure = () =>
    lines
      .map((line) => JSON.parse(line))
      .find(
        ({ event, request_id }) =>
          event === 'mail_failed' && request_id === answer.headers.get('x-request-id'),
      );
  return { email, answer, failure };
}

const viaResend = (path: string) => ({
  MAIL_VIA: 'resend',
  RESEND_API_KEY: 're_test',
  RESEND_ENDPOINT: `${inject('resend')}/${path}`,
  // A short timeout only where no answer comes: on a slow machine the others may be late.
  ...(path === 'silence' && { MAIL_TIMEOUT_MS: '200' }),
});

describe('a mail with a code', () => {
  it.each([
    [
      resetCode,
      'enter this code where you asked for it:',
      'It is valid for 10 minutes and can be used once.',
    ],
    [verificationCode, 'sign in and enter this code:', 'It is valid for 10 minutes.'],
  ])('says what to do with it', (write, before, after) => {
    const { text, html } = write('ada', '7K3M9QTX', 600);
    expect(text).toContain(`${before}\n\n    7K3M9QTX\n\n${after} `);
    for (const words of [before, after]) expect(html).toContain(words);
  });
});

describe('mail through Resend', () => {
  it('is sent as text and HTML', async () => {
    const { email, answer, failure } = await forgotWith(viaResend('200'));

    expect(answer.status).toBe(202);
    const [delivery] = await vi.waitUntil(async () => {
      const found = await deliveriesTo(email);
      return found.length > 0 && found;
    }, WAIT_OPTIONS);
    expect(delivery).toEqual({
      authorization: 'Bearer re_test',
      mail: {
        from: 'Ledge <ledge@example.com>',
        to: [email],
        subject: 'Reset your password',
        text: expect.stringMatching(/^ {4}[0-9A-Z]{8}$/m),
        html: expect.stringContaining('</html>'),
      },
    });
    expect(failure()).toBeUndefined();
  });

  it.each([
    ['429', 'http_429'],
    ['500', 'http_500'],
    ['silence', 'timeout'],
  ])('is logged with a code when Resend answers %s, and the API answers the same', async (path, code) => {
    const { answer, failure } = await forgotWith(viaResend(path));

    expect(answer.status).toBe(202);
    expect(await vi.waitUntil(failure, WAIT_OPTIONS)).toMatchObject({ via: 'resend', code });
  });

  it("is logged with a code when Resend can't be reached", async () => {
    const settings = { ...viaResend('200'), RESEND_ENDPOINT: 'http://127.0.0.1:9/emails' };
    const { answer, failure } = await forgotWith(settings);

    expect(answer.status).toBe(202);
    expect(await vi.waitUntil(failure, WAIT_OPTIONS)).toMatchObject({ code: 'unreachable' });
  });
});

describe('mail through the binding', () => {
  it('is sent as text and HTML', async () => {
    const send = vi.fn(async () => ({ messageId: 'x' }));
    const { email, failure } = await forgotWith({ MAIL_VIA: 'binding', MAIL: { send } });

    await vi.waitUntil(() => send.mock.calls.length > 0, WAIT_OPTIONS);
    expect(send).toHaveBeenCalledWith({
      from: { name: 'Ledge', email: 'ledge@example.com' },
      to: email,
      subject: 'Reset your password',
      text: expect.stringMatching(/^ {4}[0-9A-Z]{8}$/m),
      html: expect.stringContaining('</html>'),
    });
    expect(failure()).toBeUndefined();
  });

  it.runIf(isWorker)("is accepted by Wrangler's simulated binding", async () => {
    const { MAIL } = (await import('cloudflare:workers')).env;

    const { messageId } = await MAIL.send({
      from: { name: 'Ledge', email: 'ledge@example.com' },
      to: 'ada@example.com',
      ...emailChanging('ada', 'new@example.com'),
    });

    expect(messageId).toMatch(/@/);
  });

  it.each([
    [
      'E_SENDER_NOT_VERIFIED',
      async () => Promise.reject(Object.assign(new Error('no'), { code: 'E_SENDER_NOT_VERIFIED' })),
    ],
    ['binding_failed', async () => Promise.reject(new Error('no'))],
    ['timeout', () => new Promise(() => undefined)],
  ])('is logged with the code %s when it fails, and the API answers the same', async (code, send) => {
    const { answer, failure } = await forgotWith({
      MAIL_VIA: 'binding',
      MAIL: { send },
      ...(code === 'timeout' && { MAIL_TIMEOUT_MS: '100' }),
    });

    expect(answer.status).toBe(202);
    expect(await vi.waitUntil(failure, WAIT_OPTIONS)).toMatchObject({ via: 'binding', code });
  });

  it('is logged with a code when the binding is missing', async () => {
    const { failure } = await forgotWith({ MAIL_VIA: 'binding', MAIL: undefined });

    expect(await vi.waitUntil(failure, WAIT_OPTIONS)).toMatchObject({ code: 'binding_missing' });
  });
});

describe('mail', () => {
  it('escapes what people wrote', () => {
    const { html, text } = emailChanging('ada', '"<script>"@example.com');

    expect(html).not.toContain('<script>');
    expect(html).toContain('&lt;script&gt;');
    expect(text).toContain('"<script>"@example.com');
  });

  it.each(['terminal', 'capture'])("can't be shown in production (%s)", async (via) => {
    const settings = { ENVIRONMENT: 'production', MAIL_FROM: 'ledge@example.com', MAIL_VIA: via };
    const { status, body } = await api('GET /healthz', { fetch: withSettings(settings) });

    expect([status, body.code]).toEqual([500, 'misconfigured']);
    expect(body.detail).toContain('MAIL_VIA');
  });

  it.each([
    [{ ENVIRONMENT: 'production', MAIL_VIA: 'binding', MAIL_FROM: undefined }, 'MAIL_FROM'],
    [{ MAIL_VIA: 'resend' }, 'RESEND_API_KEY'],
  ])('needs settings, which the answer names', async (settings, name) => {
    const { body } = await api('GET /healthz', { fetch: withSettings(settings) });

    expect(body.detail).toContain(name);
  });
});
