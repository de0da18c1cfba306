// What a process holds after many requests.
import type { Client } from './client.ts';
import type { Home } from './homes.ts';
import type { Row } from './report.ts';
import type { World } from './world.ts';

const CLIENTS = 8;
/** As much may be added by the second half of the requests: two kilobytes each would be more, in 25,000. */
const GROWTH_MAX_MIB = 48;

/** Reads and writes by many people, each request different from all others. */
export async function fillMemory(
  { home, world, client }: { home: Home; world: World; client: Client },
  requests: number,
): Promise<Row> {
  const people = await world.signUp(50);
  const broken: string[] = [];
  let next = 0;
  const ask = async (until: number) => {
    const one = async () => {
      for (let n = next++; n < until; n = next++) {
        const { token = '' } = people[n % people.length] ?? {};
        const isWrite = n % 10 === 0;
        const { status } = await client(home.addresses[n % home.addresses.length] as string, {
          method: isWrite ? 'POST' : 'GET',
          target: isWrite ? '/posts' : (TARGETS[n % TARGETS.length]?.(n) ?? '/'),
          headers: {
            ...(n % 3 !== 0 || isWrite ? { Authorization: `Bearer ${token}` } : {}),
            ...(isWrite && { 'Content-Type': 'application/json', 'Idempotency-Key': `memory ${n}` }),
          },
          body: isWrite ? JSON.stringify({ content: `Post number ${n} #tag${n}` }) : null,
        });
        if (status >= 500 || (isWrite && status !== 201))
          broken.push(`request ${n} was answered with ${status}`);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, one));
  };
  await ask(requests / 2);
  const half_mib = home.residentSize();
  await ask(requests);
  const end_mib = home.residentSize();
  const growth_mib = end_mib - half_mib;
  return {
    what: `${home.name}: memory over different requests`,
    count: requests.toLocaleString('en'),
    seen: `${half_mib.toFixed(0)} MiB at half of them, ${end_mib.toFixed(0)} MiB at the end`,
    broken: [
      ...broken.slice(0, 20),
      ...home.unforeseen(),
      ...(growth_mib > GROWTH_MAX_MIB ? [`it grew by ${growth_mib.toFixed(0)} MiB`] : []),
    ],
  };
}

const TARGETS: ((n: number) => string)[] = [
  (n) => `/posts?limit=5&search=word${n}`,
  (n) => `/posts?limit=5&tag=tag${n}`,
  (n) => `/users?q=person${n}`,
  (n) => `/posts/${n}`,
  (n) => `/users/person_${n}`,
  (n) => `/posts?ids=${n},${n + 1}`,
  (n) => `/nothing/${n}`,
];
