export const JSON_TYPE = 'application/json';
export const URLENCODED_TYPE = 'application/x-www-form-urlencoded';

interface MediaType {
  /** In lower case. */
  type: string;
  /** Every value of the parameter `charset`. */
  charsets: string[];
}

/** RFC 9110 §5.6.6: a name and a token or a quoted string. Spaces around `;` and empty parameters are allowed. */
const PARAMETER = /;[ \t]*(?:([!#$%&'*+.^_`|~\w-]+)=("(?:[^"\\]|\\.)*"|[^;"]*))?/g;

/** Parses a Content-Type (RFC 9110 §8.3.1). */
export function parseMediaType(header: string): MediaType {
  const end = header.indexOf(';');
  const type = (end === -1 ? header : header.slice(0, end)).trim().toLowerCase();
  const charsets = [...header.matchAll(PARAMETER)]
    .filter(([, name]) => name?.toLowerCase() === 'charset')
    .map(([, , value = '']) => unquote(value.trim()));
  return { type, charsets };
}

const unquote = (value: string) =>
  value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;

/** `application/json` and all that are built on it, such as `application/merge-patch+json` (RFC 6839 §3.1). */
export const isJsonType = (type: string) =>
  /^(application|text)\/json$|^[\w!#$&^.+-]+\/[\w!#$&^.+-]+\+json$/.test(type);

/** The labels of UTF-8 (Encoding standard), and ASCII, which is part of it. */
export const isUtf8 = (charset: string) => /^(utf-?8|us-ascii)$/i.test(charset);
