import type { Context } from 'hono';

/** Requests without an address share one counter, so that they are limited too. */
const NOWHERE = 'nowhere';

/** The key of limits: an IPv4 address, or the /64 of an IPv6 address, since one host can use all of it. */
export function networkOf(c: Context): string {
  const address = c.req.header('cf-connecting-ip')?.trim();
  return address ? networkOfAddress(address) : NOWHERE;
}

export function networkOfAddress(address: string): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('%', 1)[0]?.split('::') ?? [];
  const groups = (part: string) => part.split(':').filter(Boolean);
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = Array(Math.max(0, 8 - before.length - after.length)).fill('0');
  const network = [...before, ...zeros, ...after].slice(0, 4);
  return `${network.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`;
}
