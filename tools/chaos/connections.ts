// Clients that are slow, leave, or say nothing, on sockets of their own; others are served meanwhile.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from './client.ts';
import type { Home } from './homes.ts';
import { latencies, type Row } from './report.ts';
import type { World } from './world.ts';

interface Crowd {
  home: Home;
  world: World;
  client: Client;
  clients: number;
}

const JSON_HEADERS = 'Host: ledge.example\r\nContent-Type: application/json\r\n';
const PIECE_PAUSE_MS = 60;

/** What each kind of client sends; `token` is that of somebody who may write. */
const ABANDONED: ((token: string) => string)[] = [
  (token) =>
    `POST /posts HTTP/1.1\r\n${JSON_HEADERS}Authorization: Bearer ${token}\r\nContent-Length: 1000\r\n\r\n{"content":`,
  (token) =>
    `POST /posts HTTP/1.1\r\n${JSON_HEADERS}Authorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"con`,
  (token) =>
    `POST /posts HTTP/1.1\r\n${JSON_HEADERS}Authorization: Bearer ${token}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{"con\r\n`,
  () => `POST /auth/login HTTP/1.1\r\n${JSON_HEADERS}Content-Length: 90\r\n\r\n{"username":"a","password":"`,
  () => `GET /posts HTTP/1.1\r\n${JSON_HEADERS}Transfer-Encoding: chunked\r\n\r\n1\r\nx`,
  () => 'GET /posts HTTP/1.1\r\nHost: ledge',
  () => 'GET /posts?limit=100 HTTP/1.1\r\nHost: ledge.example\r\n\r\n',
];

/** Bodies that are left before their end, also just after the request, and bodies that come a byte at a time. */
export async function sendSlowly({ home, world, client, clients }: Crowd): Promise<Row[]> {
  const [person] = await world.signUp(1);
  if (!person) throw new Error('Nobody was signed up.');
  const address = home.addresses[0] as string;
  const broken: string[] = [];
  const leave = async (_: unknown, i: number) => {
    const socket = await open(address);
    const text = ABANDONED[i % ABANDONED.length]?.(person.token) ?? '';
    socket.write(text);
    await pause(i % 3 === 0 ? 0 : PIECE_PAUSE_MS);
    if (i % 2 === 0) socket.resetAndDestroy();
    else socket.destroy();
  };
  const left = await beside(client, address, () => Promise.all(Array.from({ length: clients }, leave)));

  const slow_count = Math.ceil(clients / 10);
  const dawdle = async (_: unknown, i: number) => {
    const body = JSON.stringify({ content: `Slowly, ${i}.` });
    const socket = await open(address);
    let answer = '';
    socket.setEncoding('utf8').on('data', (text: string) => {
      answer += text;
    });
    const head = `POST /posts HTTP/1.1\r\n${JSON_HEADERS}Authorization: Bearer ${person.token}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
    for (const piece of [head, ...body]) {
      socket.write(piece);
      await pause(PIECE_PAUSE_MS);
    }
    if (!socket.closed) await Promise.race([once(socket, 'close'), pause(20_000)]);
    if (!answer.startsWith('HTTP/1.1 201'))
      broken.push(`a slow body was answered with ${answer.slice(0, 200)}`);
  };
  const slow = await beside(client, address, () => Promise.all(Array.from({ length: slow_count }, dawdle)));
  return [
    {
      what: `${home.name}: requests whose client leaves in the middle`,
      count: clients.toLocaleString('en'),
      seen: `others read meanwhile: ${latencies(left.times_ms)}`,
      broken: [...left.broken, ...home.unforeseen()],
    },
    {
      what: `${home.name}: bodies that come a byte at a time`,
      count: slow_count.toLocaleString('en'),
      seen: `201 each; others read meanwhile: ${latencies(slow.times_ms)}`,
      broken: [...broken, ...slow.broken],
    },
  ];
}

const IDLE_MS = 3_000;

/** Connections that say nothing, or half a line. */
export async function stayIdle({ home, client, clients }: Omit<Crowd, 'world'>): Promise<Row> {
  const address = home.addresses[0] as string;
  const sockets = await Promise.all(Array.from({ length: clients }, () => open(address)));
  for (const [i, socket] of sockets.entries()) if (i % 2 === 0) socket.write('GET /posts HT');
  const { times_ms, broken } = await beside(client, address, () => pause(IDLE_MS));
  for (const socket of sockets) socket.destroy();
  return {
    what: `${home.name}: connections on which nothing comes, or half a line`,
    count: clients.toLocaleString('en'),
    seen: `others read meanwhile: ${latencies(times_ms)}`,
    broken: [...broken, ...home.unforeseen()],
  };
}

async function open(address: string): Promise<Socket> {
  const { hostname, port } = new URL(address);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Reads one list after another as long as `work` runs. */
async function beside(client: Client, address: string, work: () => Promise<unknown>) {
  const broken: string[] = [];
  const times_ms: number[] = [];
  let isOver = false;
  const working = work().finally(() => {
    isOver = true;
  });
  do {
    const started_ms = performance.now();
    const { status } = await client(address, { method: 'GET', target: '/posts?limit=10' });
    times_ms.push(performance.now() - started_ms);
    if (status !== 200) broken.push(`a read was answered with ${status}`);
  } while (!isOver);
  await working;
  return { times_ms, broken };
}
