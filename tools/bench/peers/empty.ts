/** The floor of the runtime: a Worker that does nothing. */
export default { fetch: () => new Response('ok') };
