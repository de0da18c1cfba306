// Which hosts a browser or a server may be sent to: public names and public addresses.

/** Names of networks that nobody else reaches (RFC 6761, RFC 6762 appendix G, RFC 8375). */
const PRIVATE_NAME =
  /(^|\.)(localhost|local|localdomain|internal|intranet|private|corp|home|lan|home\.arpa)$/;

/** The special-purpose blocks of IPv4 (IANA's registry): first address and length of the prefix. */
const SPECIAL_IPV4: [address: string, bits: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

const numberOf = (address: string) =>
  address.split('.').reduce((number, part) => number * 256 + Number(part), 0);

const isPublicIpv4 = (address: string) =>
  !SPECIAL_IPV4.some(
    ([first, bits]) =>
      Math.floor(numberOf(address) / 2 ** (32 - bits)) === numberOf(first) / 2 ** (32 - bits),
  );

/** Global unicast is 2000::/3, less what is set aside in it: protocols, documentation, and 6to4, which holds any IPv4. */
function isPublicIpv6(address: string): boolean {
  const [first = '', second = ''] = address.split(':');
  const [high, low] = [Number.parseInt(first, 16), Number.parseInt(second || '0', 16)];
  if (!(high >= 0x2000 && high <= 0x3fff)) return false;
  if (high === 0x2001 && (low < 0x200 || low === 0xdb8)) return false;
  return high !== 0x2002 && !(high === 0x3fff && low < 0x1000);
}

/**
 * Whether the host of a URL is public. Takes it as `URL` writes it, which turns `127.1`, `0x7f000001` and `2130706433` into
 * four numbers, and full-width letters into plain ones.
 */
export function isPublicHost(hostname: string): boolean {
  if (hostname.startsWith('[')) return isPublicIpv6(hostname.slice(1, -1));
  if (/^\d+(\.\d+){3}$/.test(hostname)) return isPublicIpv4(hostname);
  const name = hostname.replace(/\.$/, '');
  return name.includes('.') && !PRIVATE_NAME.test(name);
}
