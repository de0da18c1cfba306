// A stand-in for what compresses answers on their way: it weakens the tag as Cloudflare and nginx do, or marks it as Apache does.

type Origin = (request: Request) => Response | Promise<Response>;

export const TAGGINGS: Record<string, (etag: string) => string> = {
  'weakens the tag': (etag) => `W/${etag.replace(/^W\//, '')}`,
  'marks the tag, as Apache does': (etag) => etag.replace(/"$/, '-gzip"'),
  'marks the tag, as Jetty does': (etag) => etag.replace(/"$/, '--gzip"'),
  'marks and weakens the tag, with Brotli': (etag) => `W/${etag.replace(/"$/, '-br"')}`,
};

/** Compresses the answers of `origin`, and decompresses them as a client does. */
export const compressingEdge =
  (origin: Origin, retag: (etag: string) => string): Origin =>
  async (request) => {
    const answer = await origin(request);
    const headers = new Headers(answer.headers);
    const etag = headers.get('etag');
    if (etag !== null) headers.set('ETag', retag(etag));
    headers.set('Vary', [headers.get('vary'), 'Accept-Encoding'].filter(Boolean).join(', '));
    headers.delete('Content-Length');
    const body = answer.body
      ?.pipeThrough(new CompressionStream('gzip'))
      .pipeThrough(new DecompressionStream('gzip'));
    return new Response(body ?? null, { status: answer.status, headers });
  };
