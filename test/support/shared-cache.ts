// A shared cache by RFC 9111, set up like Cloudflare's: its key is the URL, only Vary separates callers, and an answer
// without Cache-Control is kept for hours.
import CachePolicy from 'http-cache-semantics';

type Origin = (request: Request) => Response | Promise<Response>;

interface Entry {
  policy: CachePolicy;
  text: string;
  tags: string[];
  request: Request;
  response: Response;
}

const HOURS = 'public, max-age=7200';

export class SharedCache {
  /** All answers that it has stored. */
  readonly stored: Entry[] = [];
  /** The number of requests to the origin. */
  misses = 0;
  readonly #origin: Origin;
  #entries = new Map<string, Entry[]>();
  #now = Date.now();

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  /** Moves the clock of the cache forward. */
  wait(seconds: number): void {
    this.#now += seconds * 1_000;
  }

  purge(options: CachePurgeOptions): void {
    for (const [url, entries] of this.#entries) {
      const left = entries.filter(({ tags }) => !options.tags?.some((tag) => tags.includes(tag)));
      this.#entries.set(url, options.purgeEverything ? [] : left);
    }
  }

  readonly fetch: Origin = async (request) => {
    const requested = headersOf(request);
    const entries = this.#entries.get(request.url) ?? [];
    const known = entries.find(({ policy }) => policy.satisfiesWithoutRevalidation(requested));
    if (known) return answerFrom(known);
    this.misses += 1;
    const response = await this.#origin(request.clone());
    const stale = entries.find(({ policy, request: first }) => isSameView(policy, first, request));
    if (
      stale &&
      !stale.policy.revalidatedPolicy(requested, cacheableResponse(response)).modified &&
      response.status >= 500
    )
      return answerFrom(stale);
    return this.#keep(request, response);
  };

  async #keep(request: Request, response: Response): Promise<Response> {
    const now = () => this.#now;
    // The library's clock, which is missing in its types.
    class Policy extends CachePolicy {
      now() {
        return now();
      }
    }
    const policy = new Policy(headersOf(request), cacheableResponse(response), { shared: true });
    const text = await response.text();
    const copy = () =>
      new Response(response.status === 304 || text === '' ? null : text, {
        status: response.status,
        headers: response.headers,
      });
    if (policy.storable()) {
      const tags = response.headers.get('cache-tag')?.split(',') ?? [];
      const entry = { policy, text, tags, request, response: copy() };
      const others = (this.#entries.get(request.url) ?? []).filter(
        (other) => !isSameView(other.policy, other.request, request),
      );
      this.#entries.set(request.url, [...others, entry]);
      this.stored.push(entry);
    }
    return copy();
  }
}

const headersOf = ({ method, url, headers }: Request) => ({
  method,
  url,
  headers: Object.fromEntries(headers),
});

function cacheableResponse({ status, headers }: Response) {
  const named = Object.fromEntries(headers);
  return { status, headers: { ...named, 'cache-control': named['cache-control'] ?? HOURS } };
}

/** Whether an answer to the first request could be used for the second one, regardless of its age. */
function isSameView(policy: CachePolicy, first: Request, second: Request): boolean {
  const vary = String(policy.responseHeaders().vary ?? '').split(/\s*,\s*/);
  return (
    first.method === second.method &&
    vary.every((name) => !name || first.headers.get(name) === second.headers.get(name))
  );
}

function answerFrom({ policy, text, response }: Entry): Response {
  const headers = Object.entries(policy.responseHeaders()).map(([name, value]) => [name, String(value)]);
  return new Response(response.status === 304 || text === '' ? null : text, {
    status: response.status,
    headers: headers as [string, string][],
  });
}
