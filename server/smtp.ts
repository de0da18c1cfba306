import { createTransport } from 'nodemailer';

/** Sends mail through an SMTP server (`smtps://user:password@host:465`), with the interface of Cloudflare's binding. */
export function createMailer(url: string, timeout_ms: number): SendEmail {
  const transport = createTransport({
    url,
    connectionTimeout: timeout_ms,
    greetingTimeout: timeout_ms,
    socketTimeout: timeout_ms,
  });
  return {
    async send({ from, ...mail }: { from: { name: string; email: string } }) {
      const sent = await transport.sendMail({ ...mail, from: { name: from.name, address: from.email } });
      return { messageId: sent.messageId };
    },
  } as unknown as SendEmail;
}
