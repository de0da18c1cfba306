// The API, asked as a client asks it, and the calls that it makes for that.
import type { Answer, Backend, Query } from '../neon/backend.ts';
import { startNeon } from '../neon/server.ts';
import { sessionOf } from '../postgres/load-world.ts';
import '../import-worker.ts';

const SETTINGS = {
  ENVIRONMENT: 'development',
  JWT_SECRET: 'a secret that signs nothing but this run',
  JWT_ISSUER: 'explain',
  JWT_AUDIENCE: 'explain',
};

export interface Asked {
  // biome-ignore lint/suspicious/noExplicitAny: it is what the API answers.
  body: any;
  calls: Query[];
}

export interface Api {
  /** 0 asks as an anonymous reader. Rejects unless the answer is a success. */
  ask(path: string, user: number): Promise<Asked>;
  close(): Promise<void>;
}

/** Starts the Worker in this process, before the local Neon. */
export async function startApi(backend: Backend): Promise<Api> {
  let calls: Query[] = [];
  const query = (call: Query, signal?: AbortSignal): Promise<Answer> => {
    calls.push(call);
    return backend.query(call, signal);
  };
  const neon = await startNeon({ backend: { ...backend, query } });
  // The Worker's log of requests.
  console.info = () => undefined;
  const { default: worker } = await import(new URL('../../src/index.ts', import.meta.url).href);
  const { issueAccessToken } = await import(new URL('../../src/security/token.ts', import.meta.url).href);
  const env = {
    ...SETTINGS,
    DATABASE_URL: neon.databaseUrl,
    DATABASE_ENDPOINT: neon.endpoint,
    DATABASE_TIMEOUT_MS: '60000',
  };
  return {
    async ask(path, user) {
      const token = user > 0 && (await issueAccessToken(SETTINGS, { user, session: sessionOf(user) }));
      const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {};
      calls = [];
      const response = await worker.fetch(new Request(`http://localhost${path}`, { headers }), env);
      const isJson = /json/.test(response.headers.get('Content-Type') ?? '');
      const body = isJson ? await response.json() : {};
      if (!isJson) await response.body?.cancel();
      if (!response.ok) throw new Error(`${path} answered ${response.status}: ${JSON.stringify(body)}`);
      return { body, calls };
    },
    close: neon.close,
  };
}
