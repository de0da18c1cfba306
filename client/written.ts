import type { Fetch } from './session.ts';

const NAME = 'Ledge-Written';

/**
 * Keeps what the API says about the last write, and sends it with what is sent in somebody's name. So the API may answer from
 * a replica of its database as soon as that has the write, and not before.
 */
export function rememberWrites(send: Fetch): Fetch {
  let written: string | undefined;
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    if (written !== undefined && headers.has('Authorization')) headers.set(NAME, written);
    const answer = await send(input, { ...init, headers });
    written = answer.headers.get(NAME) ?? written;
    return answer;
  };
}
