import type { Context } from 'hono';
import { Problem } from '../problems';
import type { AppEnv } from './context';

/** The longest legal content, 10,000 characters outside the BMP, takes 120,000 bytes with every one escaped in JSON. */
const BODY_BYTES_MAX = 256 * 1024;

/**
 * Refuses a body above the limit, by its Content-Length if it has one, else by counting while it is read. A body of a
 * GET has no meaning (RFC 9110 §9.3.1) and is not read.
 */
export async function limitBody(c: Context<AppEnv>): Promise<void> {
  const length = c.req.header('content-length');
  if (length !== undefined && c.req.header('transfer-encoding') === undefined) {
    if (Number.parseInt(length, 10) > BODY_BYTES_MAX) throw new Problem('body_too_large');
    return;
  }
  const { method, body } = c.req.raw;
  if (body === null || method === 'GET' || method === 'HEAD') return;
  const bytes = await readUpTo(BODY_BYTES_MAX, body);
  // The stream is used up: Hono reads this instead. Its cache holds promises, though its type says otherwise.
  Object.assign(c.req.bodyCache, { arrayBuffer: Promise.resolve(bytes) });
}

async function readUpTo(bytes_max: number, body: ReadableStream<Uint8Array>): Promise<ArrayBuffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > bytes_max) throw new Problem('body_too_large');
    chunks.push(chunk);
  }
  return new Blob(chunks).arrayBuffer();
}

const JSON_TYPE = /^application\/([\w.-]+\+)?json$/;
const CHARSET = /;\s*charset\s*=\s*"?([^\s;"]*)/i;

/** RFC 9110 §15.5.16: the answer names the media types that are supported. */
const unsupportedType = (types: string[], detail = `This call takes ${types.join(', ')}.`) =>
  new Problem('unsupported_media_type', detail, { headers: { Accept: types.join(', ') } });

/** Parses a body of one of these media types; `{}` if there is no body. */
export async function readBody(c: Context<AppEnv>, types: string[]): Promise<unknown> {
  const encoding = c.req.header('content-encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new Problem('unsupported_media_type', 'A body with a Content-Encoding is not supported.', {
      headers: { 'Accept-Encoding': 'identity' },
    });
  }
  const contentType = c.req.header('content-type');
  if (!contentType) {
    if (await hasBody(c)) throw unsupportedType(types);
    return {};
  }
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (JSON_TYPE.test(type) && types.includes('application/json')) {
    const [, charset = 'utf-8'] = CHARSET.exec(contentType) ?? [];
    if (charset.toLowerCase() !== 'utf-8') throw unsupportedType(types, 'JSON is taken in UTF-8 only.');
    return readJson(c);
  }
  if (types.includes(type)) return readForm(c);
  throw unsupportedType(types);
}

async function hasBody(c: Context<AppEnv>): Promise<boolean> {
  return c.req.raw.body !== null && (await c.req.arrayBuffer()).byteLength > 0;
}

/** RFC 8259 §8.1. Without `fatal`, bytes that are not UTF-8 become U+FFFD, which would be stored. */
async function readJson(c: Context<AppEnv>): Promise<unknown> {
  const bytes = await c.req.arrayBuffer();
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new Problem('malformed_body', 'The body is not UTF-8.');
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('malformed_body');
  }
}

async function readForm(c: Context<AppEnv>): Promise<unknown> {
  try {
    return await c.req.parseBody({ all: true });
  } catch {
    throw new Problem('malformed_body');
  }
}
