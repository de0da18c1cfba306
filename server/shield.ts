const WINDOW_MS = 60_000;
/** Beyond so many different keys in a minute, all others share one count. */
const KEYS_MAX = 100_000;

/** A limit of requests a minute for each key, with the interface of Cloudflare's binding. It counts for this process alone. */
export function createRateLimit(requests_per_minute: number): RateLimit {
  let counts = new Map<string, number>();
  let ends_at = 0;
  return {
    async limit({ key }) {
      const now = Date.now();
      if (now >= ends_at) {
        counts = new Map();
        ends_at = now + WINDOW_MS;
      }
      const counted = counts.has(key) || counts.size < KEYS_MAX ? key : 'all others';
      const count = (counts.get(counted) ?? 0) + 1;
      counts.set(counted, count);
      return { success: count <= requests_per_minute };
    },
  };
}
