/** What Cloudflare's rate-limit binding is to a Worker, counted in memory: it lets a benchmark through, and costs something. */
export default () => {
  const counts = new Map();
  return {
    async limit({ key }) {
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return { success: true };
    },
  };
};
