import type { IncomingMessage } from 'node:http';
import { type BlockList, isIP } from 'node:net';
import { addHeader, removeHeader } from './request-headers';

/** The header in which the app finds the address of a client. Cloudflare sets it there; here this server does. */
const HEADER = 'cf-connecting-ip';
/** Whether the client's connection to a proxy has TLS. From anybody else than a trusted proxy the app must not see it. */
const SCHEME_HEADER = 'x-forwarded-proto';

/** Puts the client's address into the header that the app reads, and drops what the client may not say of itself. */
export function setClientAddress(request: IncomingMessage, proxies: BlockList): void {
  const peer = request.socket.remoteAddress ?? '';
  const address = clientAddress(peer, request.headers['x-forwarded-for'] ?? '', proxies);
  removeHeader(request, HEADER);
  if (!isTrusted(peer, proxies)) removeHeader(request, SCHEME_HEADER);
  if (address) addHeader(request, HEADER, address);
}

/**
 * The client's address: that of the connection, or, if a trusted proxy has it, the last one in `X-Forwarded-For` that is
 * not a trusted proxy's. What stands before that one is anybody's word.
 */
export function clientAddress(peer: string, forwarded: string | string[], proxies: BlockList): string {
  const chain = [forwarded].flat().join(',').split(',');
  let address = peer;
  while (isTrusted(address, proxies)) {
    const before = chain.pop()?.trim();
    if (!before || isIP(before) === 0) break;
    address = before;
  }
  return address;
}

function isTrusted(address: string, proxies: BlockList): boolean {
  // An IPv4 peer of a socket that listens on both families.
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const family = isIP(plain);
  return family !== 0 && proxies.check(plain, family === 6 ? 'ipv6' : 'ipv4');
}
