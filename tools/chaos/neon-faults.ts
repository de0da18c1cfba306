// What can become of a call between a Worker and Postgres, and what is planned for each.
import { setTimeout as pause } from 'node:timers/promises';
import { randomNumbers } from '../seed/random.ts';
import { type Exchange, send } from './hostile-neon.ts';

/**
 * `outage`: 503 with Retry-After, or the usual answer after another try. `refusal`: 500, because Postgres says that a call
 * of ours is wrong. `ended`: 401. `nothing`: the usual answer.
 */
export type Plan = 'outage' | 'refusal' | 'ended' | 'nothing';

export interface NeonFault {
  name: string;
  plan: Plan;
  reply(exchange: Exchange): unknown;
}

const SLOW_MS = 100;

const reset = ({ request }: Exchange) => request.socket.resetAndDestroy();
const close = ({ request }: Exchange) => request.socket.destroy();
const write = (text: string) => (exchange: Exchange) => {
  exchange.request.socket.write(text, () => close(exchange));
};
const hang = () => undefined;

/** Whether the call is done before its answer is lost. */
const inBothOrders = (name: string, reply: NeonFault['reply']): NeonFault[] => [
  { name: `${name}, and not done`, plan: 'outage', reply },
  {
    name: `${name}, and done`,
    plan: 'outage',
    async reply(exchange) {
      await exchange.execute();
      return reply(exchange);
    },
  },
];

const LOST: NeonFault[] = [
  ...inBothOrders('reset', reset),
  ...inBothOrders('closed without an answer', close),
  ...inBothOrders('no answer in time', hang),
  ...inBothOrders('cut off in the headers', write('HTTP/1.1 200 OK\r\nContent-Ty')),
  ...inBothOrders('no HTTP', write('\x16\x03\x01\x02\x00\x01\x00')),
  ...inBothOrders(
    'chunks cut off',
    write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{"fie'),
  ),
  {
    name: 'answer cut off',
    plan: 'outage',
    async reply({ response, execute }) {
      const { status, body } = await execute();
      response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length });
      response.write(body.subarray(0, body.length / 2), () => response.destroy());
    },
  },
  {
    name: 'an answer that never ends',
    plan: 'outage',
    reply: ({ response }) =>
      response.writeHead(200, { 'content-type': 'application/json' }).write('{"fields":['),
  },
];

const SLOW: NeonFault[] = [
  {
    name: 'slow',
    plan: 'nothing',
    async reply({ response, execute }) {
      await pause(SLOW_MS);
      const { status, body } = await execute();
      send(response, status, body);
    },
  },
  {
    name: 'answer in small pieces',
    plan: 'nothing',
    async reply({ response, execute }) {
      const { status, body } = await execute();
      response.writeHead(status, { 'content-type': 'application/json' });
      const size = Math.ceil(body.length / 20);
      for (let at = 0; at < body.length; at += size) {
        response.write(body.subarray(at, at + size));
        await pause(1);
      }
      response.end();
    },
  },
];

const answerFault = (name: string, status: number, body: string, type?: string, plan: Plan = 'outage') => ({
  name,
  plan,
  reply: ({ response }: Exchange) => send(response, status, body, type),
});

const PAGE = '<!doctype html><title>Bad gateway</title>';

const WRONG_BODIES: NeonFault[] = [
  ['an empty body', ''],
  ['no JSON', 'upstream connect error'],
  ['half of the JSON', '{"fields":[{"name":"x"'],
  ['JSON null', 'null'],
  ['a JSON text', '"x"'],
  ['an empty object', '{}'],
  ['an empty list', '[]'],
  ['rows that are null', '{"fields":[],"rows":null,"command":"SELECT","rowCount":0}'],
  ['no row', '{"fields":[],"rows":[],"command":"SELECT","rowCount":0,"rowAsArray":true}'],
].map(([name = '', body = '']) => answerFault(`200 with ${name}`, 200, body));

const PROXY: NeonFault[] = [
  ...[400, 401, 403, 404, 405, 408, 409, 421, 425, 429, 500, 501, 502, 503, 504, 520, 530].map((status) =>
    answerFault(`${status} of the proxy`, status, JSON.stringify({ message: 'refused', code: null })),
  ),
  // An answer or a request above 10 MiB: ours is too large.
  ...[413, 507].map((status) =>
    answerFault(
      `${status} of the proxy`,
      status,
      JSON.stringify({ message: 'too large' }),
      undefined,
      'refusal',
    ),
  ),
  answerFault('200 with a page', 200, PAGE, 'text/html'),
  answerFault('502 with a page', 502, PAGE, 'text/html'),
  answerFault('400 with a page', 400, PAGE, 'text/html'),
];

const state = (code: string, plan: Plan) =>
  answerFault(
    `SQLSTATE ${code}`,
    400,
    JSON.stringify({ message: 'an error (simulated)', severity: 'ERROR', code }),
    undefined,
    plan,
  );

/** One or two of each class of PostgreSQL's appendix A that a server can answer with. */
const STATES: NeonFault[] = [
  ...['40001', '40P01', '40003', '08006', '08P01', '25006', '25P03', '26000', '28P01', '3D000', '3F000'].map(
    (code) => state(code, 'outage'),
  ),
  ...[
    '42501',
    '42883',
    '42P01',
    '53100',
    '53300',
    '55P03',
    '57014',
    '57P01',
    '57P03',
    '58030',
    'F0000',
    'XX000',
  ].map((code) => state(code, 'outage')),
  ...['0A000', '21000', '22003', '22P02', '23502', '23514', '42601', '54000', 'P0001'].map((code) =>
    state(code, 'refusal'),
  ),
  state('LG401', 'ended'),
];

export const NEON_FAULTS: NeonFault[] = [...LOST, ...SLOW, ...WRONG_BODIES, ...PROXY, ...STATES];

/** Those that an outage of production consists of, for load: none that says that our call is wrong. */
export const OUTAGE_FAULTS = NEON_FAULTS.filter(
  ({ plan, name }) => plan === 'outage' && !/no answer in time|never ends/.test(name),
);

/** Chooses one of `faults` for a third of all calls. */
export function chooseForAThird<Fault>(faults: readonly Fault[], seed: number): () => Fault | undefined {
  const random = randomNumbers(seed);
  return () => (random() < 1 / 3 ? faults[Math.floor(random() * faults.length)] : undefined);
}
