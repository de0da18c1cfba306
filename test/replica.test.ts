// Which reads come from a replica, and when. The replica is a stand-in here: the database itself, as old as a test says.
// `test/tools/replica.test.ts` has a real one.
import { env } from 'cloudflare:workers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, openDatabase } from '../src/db/database';
import { type Port, PostgresError } from '../src/db/port';
import { REPLICA_TIMEOUT_MS, Replica, STAMP } from '../src/db/replica';
import { type Answer, api, type Call, withSettings } from './support/api';
import { createFixture } from './support/fixture';
import { type Person, signIn, signUp, write } from './support/people';
import { type KnownRoute, ROUTES } from './support/routes';
import { openStandInPort, REPLICA_URL } from './support/stand-in-replica';

const LAG_SECONDS = 3;
/** For so long after a write, its author reads from the primary. */
const WINDOW_MS = 2 * LAG_SECONDS * 1_000;
const NOT_COUNTED = { checks: { roundTrips: false } } as const;

interface StandIn {
  fetch: NonNullable<Call['fetch']>;
  /** How old it says that it is. */
  age_ms: number | null;
  /** What becomes of the next calls, in the place of an answer. */
  fail: (() => Promise<never>) | undefined;
  /** How many calls it got. */
  asked: number;
}

/** A replica that is known to be there, and the Worker that uses it. */
async function openStandIn(settings: Record<string, string> = {}): Promise<StandIn> {
  const port = openStandInPort(() => standIn.age_ms);
  const DATABASE_READ: Port = {
    row(text, params) {
      standIn.asked += 1;
      return standIn.fail ? standIn.fail() : port.row(text, params);
    },
  };
  const fetch = withSettings({
    DATABASE_READ_URL: REPLICA_URL,
    DATABASE_READ_LAG_SECONDS: String(LAG_SECONDS),
    DATABASE_READ,
    ...settings,
  });
  const standIn: StandIn = { fetch, age_ms: 0, fail: undefined, asked: 0 };
  await settle(standIn);
  expect(standIn.asked).toBe(0);
  return standIn;
}

/** After a silence, the next read goes to the primary and leaves a commit, which the replica then has. */
async function settle({ fetch }: Pick<StandIn, 'fetch'>) {
  await api('GET /posts?limit=1', { fetch });
  pass(1_000);
}

const pass = (time_ms: number) => vi.setSystemTime(Date.now() + time_ms);

/** The answer of the API, and whether it came from the replica. */
async function read(standIn: StandIn, call: string, options: Call = {}) {
  const answer = await api(call, { ...options, fetch: standIn.fetch });
  return { ...answer, isOld: answer.headers.has('age') };
}

const markOf = ({ headers }: Answer) => headers.get('ledge-written') ?? '';
const marked = (mark: string) => ({ 'Ledge-Written': mark });

/** A mark of this person, which was given so long ago. */
async function oldMark({ token }: Person, standIn: StandIn): Promise<string> {
  const { fetch } = standIn;
  const answer = await api('PUT /users/me/notifications/read', {
    token,
    fetch,
    json: { up_to: '2026-01-31T09:30:00Z' },
  });
  pass(WINDOW_MS);
  await settle(standIn);
  return markOf(answer);
}

const reads = Object.entries(ROUTES)
  .filter(([name]) => name.startsWith('GET '))
  .map(([name, route]) => ({ name, ...(route as KnownRoute) }));
const mayLag = ({ name, access }: (typeof reads)[number]) =>
  access === 'readers' || name === 'GET /posts/timeline';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('without DATABASE_READ_URL', () => {
  it('nothing is marked, and a mark changes nothing', async () => {
    const { me } = await createFixture();
    const { headers } = await api('POST /posts', { token: me.token, json: { content: 'A note.' } });
    const old = await oldMark(me, await openStandIn());
    const answer = await api('GET /posts', { token: me.token, headers: marked(old) });

    expect([headers.has('ledge-written'), answer.status, answer.headers.has('age')]).toEqual([
      false,
      200,
      false,
    ]);
  });
});

describe('a read', () => {
  it.each(reads.filter(mayLag))('comes from the replica, and says how old it is: $name', async (route) => {
    const fixture = await createFixture();
    const { path } = route.call(fixture);
    const standIn = await openStandIn();
    const headers = marked(await oldMark(fixture.me, standIn));
    standIn.age_ms = 1_700;

    const callers: Call[] = [{ token: fixture.me.token, headers }];
    if (route.access === 'readers') callers.push({});
    for (const caller of callers) {
      const { isOld, ...answer } = await read(standIn, `GET ${path}`, caller);
      const { status, body } = await api(`GET ${path}`, caller);
      expect([isOld, answer.status, answer.headers.get('age')]).toEqual([true, 200, '1']);
      expect([answer.status, answer.body]).toEqual([status, body]);
    }
  });

  it.each(reads.filter((route) => !mayLag(route)))(
    'never comes from the replica: $name',
    async ({ call }) => {
      const fixture = await createFixture();
      const standIn = await openStandIn();
      const headers = marked(await oldMark(fixture.me, standIn));
      const { path } = call(fixture);

      await read(standIn, `GET ${path}`, { token: fixture.me.token, headers });
      expect(standIn.asked).toBe(0);
    },
  );

  it('is kept by a shared cache no longer than the replica may lag, so that a purge holds', async () => {
    const standIn = await openStandIn({ PUBLIC_CACHE_SECONDS: '60' });
    const [old, fresh] = [
      await read(standIn, 'GET /posts'),
      await api('GET /posts', { fetch: withSettings({ PUBLIC_CACHE_SECONDS: '60' }) }),
    ];

    expect(old.headers.get('cache-control')).toBe(`public, max-age=${LAG_SECONDS}`);
    expect(fresh.headers.get('cache-control')).toContain('max-age=60');
  });

  it.each([
    ['a post', 'GET /posts/9007199254740991', 'post_not_found'],
    ['a person', 'GET /users/nobody_at_all', 'user_not_found'],
    ['a list of a post', 'GET /posts/9007199254740991/replies', 'post_not_found'],
  ])('of %s that the replica does not have is asked of the primary', async (_, call, code) => {
    const standIn = await openStandIn();
    const { status, body, isOld } = await read(standIn, call, NOT_COUNTED);

    expect([standIn.asked, isOld, status, body.code]).toEqual([1, false, 404, code]);
  });

  it.each(['posts', 'feed.atom'])(
    'of a page beside a row of the last seconds comes from the primary, which has its neighbours: %s',
    async (list) => {
      const author = await signUp();
      const standIn = await openStandIn();
      for (let i = 0; i < 3; i += 1) await write(author);
      const path = `/users/${author.id}/${list}?limit=1`;
      const first = await read(standIn, `GET ${path}`);
      const [, cursor] = /cursor=([\w-]+)/.exec(first.headers.get('link') ?? first.text) ?? [];
      expect([first.isOld, cursor]).toEqual([true, expect.any(String)]);

      expect((await read(standIn, `GET ${path}&cursor=${cursor}`)).isOld).toBe(false);
      pass(WINDOW_MS);
      await settle(standIn);
      expect((await read(standIn, `GET ${path}&cursor=${cursor}`)).isOld).toBe(true);
    },
  );
});

describe('Ledge-Written', () => {
  it('comes with whatever writes in the name of a person, and with tokens', async () => {
    const standIn = await openStandIn();
    const person = await signIn(await signUp());
    const { token, email, password, refresh_token } = person;
    const post = (await write(person)).id;
    const calls: [string, Call][] = [
      ['POST /auth/login', { json: { username: email, password } }],
      ['POST /auth/refresh', { json: { refresh_token } }],
      ['POST /posts', { token, json: { content: 'A note.' } }],
      ['POST /votes', { token, json: { post_id: post, dir: 1 } }],
      // Refused, and yet something may have been written by a try before it.
      ['POST /votes', { token, json: { post_id: post, dir: 1 } }],
      ['PATCH /users/me', { token, json: { bio: 'New.' } }],
      ['DELETE /auth/sessions?keep_current=true', { token }],
    ];

    for (const [call, options] of calls)
      expect([call, markOf(await read(standIn, call, options))]).toEqual([
        call,
        expect.stringMatching(/^\d{13}\.[\da-f]{32}$/),
      ]);
    expect(markOf(await read(standIn, 'GET /posts', { token }))).toBe('');
    expect(markOf(await read(standIn, 'POST /auth/password/forgot', { json: { email } }))).toBe('');
  });

  it('sends its person to the primary, until the replica has what they wrote', async () => {
    const standIn = await openStandIn();
    const { token } = await signUp();
    const written = await read(standIn, 'POST /posts', { token, json: { content: 'A note.' } });
    const headers = marked(markOf(written));
    const isOld = async () => (await read(standIn, 'GET /posts/timeline', { token, headers })).isOld;

    expect(await isOld()).toBe(false);
    pass(WINDOW_MS - 1);
    expect(await isOld()).toBe(false);
    await settle(standIn);
    expect(await isOld()).toBe(true);
  });

  it('counts only as it was given to this person: all else is as none, and reads from the primary', async () => {
    const standIn = await openStandIn();
    const [me, them] = [await signUp(), await signUp()];
    const theirs = await oldMark(them, standIn);
    const mine = await oldMark(me, standIn);
    const [moment = '', mac = ''] = mine.split('.');
    const elsewhere = await api('POST /posts', {
      token: me.token,
      json: { content: 'A note.' },
      fetch: withSettings({
        DATABASE_READ_URL: REPLICA_URL,
        DATABASE_READ: { row: async () => [] },
        JWT_SECRET: 'another secret, which is long enough too',
        JWT_SECRET_PREVIOUS: env.JWT_SECRET,
      }),
    });
    pass(WINDOW_MS);
    await settle(standIn);
    const forged = {
      'of somebody else': theirs,
      'under another secret': markOf(elsewhere),
      'of another moment': `${Number(moment) - 1}.${mac}`,
      'of the future': `9999999999999.${mac}`,
      'without a code': `${moment}.`,
      'with a code of nobody': `${moment}.${'0'.repeat(32)}`,
      'in capitals': mine.toUpperCase().replace(/[A-F]|$/, 'A'),
      twice: `${mine}, ${mine}`,
      'with another sign': `-${mine}`,
      'with digits of another script': mine.replace(/\d/, '%D9%A1'),
      'a number': '0',
      'a long one': '1'.repeat(4_000),
      'a name of objects': '__proto__',
    };

    expect(markOf(elsewhere)).not.toBe('');
    for (const [name, mark] of Object.entries(forged)) {
      const { isOld, status } = await read(standIn, 'GET /posts', { token: me.token, headers: marked(mark) });
      expect([name, status, isOld]).toEqual([name, 200, false]);
    }
    expect(standIn.asked).toBe(0);
    expect((await read(standIn, 'GET /posts', { token: me.token, headers: marked(mine) })).isOld).toBe(true);
  });

  it('may be sent and read by pages of other origins', async () => {
    const Origin = 'https://app.example.com';
    const asked = await api('OPTIONS /posts', {
      headers: { Origin, 'Access-Control-Request-Method': 'GET' },
    });
    const answer = await api('GET /posts', { headers: { Origin } });

    expect(asked.headers.get('access-control-allow-headers')).toContain('Ledge-Written');
    expect(answer.headers.get('access-control-expose-headers')).toMatch(/Age,.*Ledge-Written,/);
  });
});

describe('a session that the replica does not know', () => {
  it('is asked of the primary: it may be new', async () => {
    const standIn = await openStandIn();
    const me = await signUp();
    const headers = marked(await oldMark(me, standIn));
    standIn.fail = () => Promise.reject(new PostgresError({ code: 'LG401' }));
    const ask = () => read(standIn, 'GET /posts', { token: me.token, headers, ...NOT_COUNTED });

    for (const asked of [1, 2]) {
      const { status, isOld } = await ask();
      expect([status, isOld, standIn.asked]).toEqual([200, false, asked]);
    }
  });
});

describe('a replica', () => {
  const leftOut: [string, (standIn: StandIn) => void][] = [
    [
      'lags',
      (standIn) => {
        standIn.age_ms = LAG_SECONDS * 1_000 + 1;
      },
    ],
    [
      'is none, or has replayed nothing',
      (standIn) => {
        standIn.age_ms = null;
      },
    ],
    [
      'is not reached',
      (standIn) => {
        standIn.fail = () => Promise.reject(new PostgresError({}));
      },
    ],
    [
      'starts',
      (standIn) => {
        standIn.fail = () => Promise.reject(new PostgresError({ code: '57P03' }));
      },
    ],
    [
      'has not the functions of this release yet',
      (standIn) => {
        standIn.fail = () => Promise.reject(new PostgresError({ code: '3F000' }));
      },
    ],
    [
      'answers what is no row',
      (standIn) => {
        standIn.fail = () => Promise.reject(new TypeError('no row'));
      },
    ],
  ];

  it.each(leftOut)('that %s is left out for a second, and nobody gets an error', async (_, spoil) => {
    const standIn = await openStandIn();
    spoil(standIn);
    const answers = [await read(standIn, 'GET /posts', NOT_COUNTED)];
    for (let i = 0; i < 3; i += 1) answers.push(await read(standIn, 'GET /posts'));
    expect(standIn.asked).toBe(1);
    expect(answers.map(({ status, isOld }) => [status, isOld])).toEqual(Array(4).fill([200, false]));

    [standIn.age_ms, standIn.fail] = [0, undefined];
    pass(1_000);
    await settle(standIn);
    expect((await read(standIn, 'GET /posts')).isOld).toBe(true);
  });

  it('whose replay cancelled a read is not left out', async () => {
    const standIn = await openStandIn();
    standIn.fail = () => Promise.reject(new PostgresError({ code: '40001' }));
    expect((await read(standIn, 'GET /posts', NOT_COUNTED)).isOld).toBe(false);
    standIn.fail = undefined;
    expect((await read(standIn, 'GET /posts')).isOld).toBe(true);
  });
});

describe('a replica that does not answer', () => {
  it('keeps a read waiting for two seconds, and after three of them nobody', async () => {
    vi.useFakeTimers({ now: 0 });
    const texts: string[] = [];
    const DATABASE: Port = {
      row: async (text) => {
        texts.push(text);
        return [{ post: { id: 1 }, etag: '1' }];
      },
    };
    let asked = 0;
    const DATABASE_READ: Port = {
      row: () => {
        asked += 1;
        return new Promise(() => undefined);
      },
    };
    const settings = {
      DATABASE_URL: '',
      DATABASE_TIMEOUT_MS: 8_000,
      DATABASE_READ_URL: 'x',
      DATABASE_READ_LAG_SECONDS: 5,
    };
    const ask = async () => {
      const db = openDatabase(settings, { DATABASE, DATABASE_READ });
      db.mayLag = true;
      const began_ms = Date.now();
      const found = await call(db, 'read_post', { post: 1 });
      return { found: found?.post.id, waited_ms: Date.now() - began_ms, age_ms: db.age_ms };
    };

    await ask();
    await vi.advanceTimersByTimeAsync(1_000);
    const waiting = [ask(), ask(), ask()];
    await vi.advanceTimersByTimeAsync(REPLICA_TIMEOUT_MS);
    const found = { found: 1, age_ms: undefined };
    expect(await Promise.all(waiting)).toEqual(Array(3).fill({ ...found, waited_ms: REPLICA_TIMEOUT_MS }));
    expect([await ask(), await ask()]).toEqual(Array(2).fill({ ...found, waited_ms: 0 }));
    expect(asked).toBe(3);
    expect(texts[0]).toContain(STAMP);
  });
});

describe('a replica of a primary on which nobody writes', () => {
  it('gets a commit to replay before it would look too old, by one read in half that time', () => {
    const replica = new Replica({ row: async () => [] }, 4_000);
    expect([replica.choose(0), replica.choose(1), replica.choose(999)]).toEqual([
      'stamp',
      'primary',
      'primary',
    ]);

    // It has replayed that commit, and no other comes.
    const places: string[] = [];
    let commit_ms = 0;
    for (let now_ms = 1_000; now_ms < 21_000; now_ms += 100) {
      const place = replica.choose(now_ms);
      if (place === 'stamp') commit_ms = now_ms;
      if (place === 'replica') expect(replica.accept(now_ms - commit_ms, now_ms)).toBe(true);
      places.push(place);
    }
    const count = (wanted: string) => places.filter((place) => place === wanted).length;
    expect([count('primary'), count('stamp')]).toEqual([0, 9]);
  });

  it('that lags all the same is asked once a second', () => {
    const replica = new Replica({ row: async () => [] }, 4_000);
    let asked = 0;
    for (let now_ms = 0; now_ms < 20_000; now_ms += 10)
      if (replica.choose(now_ms) === 'replica') {
        asked += 1;
        expect(replica.accept(60_000, now_ms)).toBe(false);
      }
    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThan(30);
  });
});
