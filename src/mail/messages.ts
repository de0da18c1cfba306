import { html } from 'hono/html';

/** A mail as text and as HTML. */
export interface Message {
  subject: string;
  text: string;
  html: string;
}

interface Content {
  subject: string;
  username: string;
  before: string;
  code?: string;
  after: string;
}

/** A code stands in the body only: a subject is shown on a locked screen. */
function compose({ subject, username, before, code, after }: Content): Message {
  const greeting = `Hello ${username},`;
  return {
    subject,
    text: [greeting, before, ...(code ? [`    ${code}`] : []), after, 'Ledge'].join('\n\n'),
    html: html`<!doctype html>
<html lang="en">
<body style="font: 16px/1.5 sans-serif; max-width: 34em">
<p>${greeting}</p>
<p>${before}</p>
${code ? html`<p style="font: bold 24px/1.5 monospace; letter-spacing: 0.15em">${code}</p>` : ''}
<p>${after}</p>
<p>Ledge</p>
</body>
</html>`.toString(),
  };
}

const minutes = (seconds: number) => `${Math.ceil(seconds / 60)} minutes`;

export const resetCode = (username: string, code: string, lifetime_seconds: number) =>
  compose({
    subject: 'Reset your password',
    username,
    before:
      'Somebody, hopefully you, asked to reset the password of your account. To set a new one, enter this code where you asked for it:',
    code,
    after: `It is valid for ${minutes(lifetime_seconds)} and can be used once. If it wasn't you, ignore this message: nothing has changed.`,
  });

export const verificationCode = (username: string, code: string, lifetime_seconds: number) =>
  compose({
    subject: 'Confirm your email address',
    username,
    before: 'To confirm that this address belongs to your account, sign in and enter this code:',
    code,
    after: `It is valid for ${minutes(lifetime_seconds)}. If you have no account with us, ignore this message.`,
  });

export const passwordChanged = (username: string) =>
  compose({
    subject: 'Your password was changed',
    username,
    before: 'The password of your account was changed, and your other sessions have ended.',
    after: "If it wasn't you, reset your password now: whoever changed it will be signed out.",
  });

export const emailChanging = (username: string, email: string) =>
  compose({
    subject: 'Your email address is about to change',
    username,
    before: `Somebody signed in as you asked to change the address of your account to ${email}. Until that address is confirmed, this one stays.`,
    after: "If it wasn't you, change your password now and end your other sessions.",
  });

export const emailChanged = (username: string, email: string) =>
  compose({
    subject: 'Your email address was changed',
    username,
    before: `The address of your account is now ${email}. We write to this one for the last time.`,
    after: "If it wasn't you, contact us at once.",
  });
