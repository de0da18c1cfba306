// A load that does not wait for answers: requests are sent at random times, as people do, so that a slow server gets a queue.
import http from 'node:http';
import type { Request } from '../bench/load.ts';
import { exponential } from './queue.ts';

export interface Sent<Name> {
  name: Name;
  /** From sending to the end of the answer, in ms. */
  ms: number;
}

/** Requests as bench's tables have them: `{post}` is any id up to `posts`, and one of `tokens` stands in the header. */
export interface Target<Name extends string> {
  address: string;
  requests: Record<Name, Request>;
  posts: number;
}

/** Sends one request; rejects unless it is answered well. */
export function createSender<Name extends string>(target: Target<Name>, random: () => number) {
  const agent = new http.Agent({ keepAlive: true });
  const any = (count: number) => 1 + Math.floor(random() * count);
  return {
    send(name: Name): Promise<Sent<Name>> {
      const { method, path, body, tokens } = target.requests[name];
      const headers: Record<string, string> = {};
      if (tokens) headers.Authorization = `Bearer ${tokens[any(tokens.length) - 1]}`;
      if (body !== undefined) headers['Content-Type'] = 'application/json';
      const started = performance.now();
      return new Promise((resolve, reject) => {
        const url = target.address + path.replaceAll('{post}', String(any(target.posts)));
        const request = http.request(url, { method, headers, agent }, (response) => {
          response.resume();
          response.once('error', reject).once('end', () => {
            if ((response.statusCode ?? 500) >= 300) reject(new Error(`${name}: ${response.statusCode}`));
            else resolve({ name, ms: performance.now() - started });
          });
        });
        request.once('error', reject).end(body);
      });
    },
    close: () => agent.destroy(),
  };
}

/** Sends for so long at random times; resolves once all are answered. */
export async function sendAtRate<Name extends string>(
  send: (name: Name) => Promise<Sent<Name>>,
  choose: () => Name,
  rate: number,
  seconds: number,
  random: () => number,
): Promise<Sent<Name>[]> {
  const answers: Promise<Sent<Name>>[] = [];
  const end = performance.now() + seconds * 1_000;
  let due = performance.now();
  while (due < end) {
    // A timer is late by up to a millisecond; what is due by then is sent together.
    while (due <= performance.now()) {
      answers.push(send(choose()));
      due += exponential(1_000 / rate, random);
    }
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
  }
  return Promise.all(answers);
}
