// Stands in for `cloudflare:test` where the suite runs against the server for Node.
export const createExecutionContext = () => ({
  waitUntil: (work: Promise<unknown>) => void work.catch(() => undefined),
  passThroughOnException() {},
});
