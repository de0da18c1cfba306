// Miniflare's rate limits write into a database on disk, which takes longer than all else that a request does. Here they let
// everything pass: test/limits.test.ts brings its own, and test/tools/shield.test.ts has Miniflare's.
import { env } from 'cloudflare:workers';

for (const binding of [env.REQUESTS, env.WRITES, env.SIGN_INS])
  Object.getPrototypeOf(binding).limit = async () => ({ success: true });
