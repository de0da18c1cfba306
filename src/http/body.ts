import type { Context } from 'hono';
import { Problem } from '../problems';
import { REPEATED } from '../schemas/faults';
import type { AppEnv } from './context';
import { isJsonType, isUtf8, JSON_TYPE, parseMediaType, URLENCODED_TYPE } from './media-type';

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
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return;
  // Read here and not before: on Node, reading `body` creates a stream.
  const { body } = c.req.raw;
  if (body === null) return;
  const bytes = await readUpTo(BODY_BYTES_MAX, body).catch(refuse);
  // The stream is used up: Hono reads this instead. Its cache holds promises, though its type says otherwise.
  Object.assign(c.req.bodyCache, { arrayBuffer: Promise.resolve(bytes) });
}

/** A stream that breaks off, or whose chunks are malformed, is the client's fault. */
function refuse(error: unknown): never {
  throw error instanceof Problem
    ? error
    : new Problem('malformed_body', 'The body could not be read to its end.');
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
  const header = c.req.header('content-type');
  if (!header) {
    if (await hasBody(c)) throw unsupportedType(types);
    return {};
  }
  const media = parseMediaType(header);
  const type = isJsonType(media.type) ? JSON_TYPE : media.type;
  if (!types.includes(type)) throw unsupportedType(types);
  if (!media.charsets.every(isUtf8)) throw unsupportedType(types, 'A body is taken in UTF-8 only.');
  const bytes = await c.req.arrayBuffer().catch(refuse);
  const text = decodeUtf8(bytes);
  if (type === JSON_TYPE) return parseJson(text);
  return onceEach(type === URLENCODED_TYPE ? parseUrlencoded(text) : await parseMultipart(bytes, header));
}

async function hasBody(c: Context<AppEnv>): Promise<boolean> {
  return c.req.raw.body !== null && (await c.req.arrayBuffer().catch(refuse)).byteLength > 0;
}

/** RFC 8259 §8.1. Without `fatal`, bytes that are not UTF-8 become U+FFFD, which would be stored. */
function decodeUtf8(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new Problem('malformed_body', 'The body is not UTF-8.');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem('malformed_body');
  }
}

function parseUrlencoded(text: string): [string, unknown][] {
  try {
    decodeURIComponent(text);
  } catch {
    throw new Problem('malformed_body', 'The body is not UTF-8 in percent-encoding.');
  }
  return [...new URLSearchParams(text)];
}

/** Its bytes are UTF-8 by now. */
async function parseMultipart(bytes: ArrayBuffer, type: string): Promise<[string, unknown][]> {
  try {
    return [...(await new Response(bytes, { headers: { 'Content-Type': type } }).formData())];
  } catch {
    throw new Problem('malformed_body');
  }
}

/** The fields of a query or a form. */
export function onceEach(entries: (readonly [string, unknown])[]): Record<string, unknown> {
  const fields = new Map<string, unknown>();
  for (const [name, value] of entries) fields.set(name, fields.has(name) ? REPEATED : value);
  return Object.fromEntries(fields);
}
