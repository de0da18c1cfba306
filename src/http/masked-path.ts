const MASK = '…';

/** Parameters of lists and of conditions. The value of any other could be a secret that a client misplaced. */
const SHOWN = new Set(
  'author cursor ids include_replies include_self keep_current limit order post_ids q replies search search_in since skip sort tag tags total until'.split(
    ' ',
  ),
);

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const TOKEN_LENGTH_MIN = 32;

/** A mailed code, with or without the spaces and dashes that are ignored in one. It is shown if it could be a word. */
const isCode = (text: string) =>
  /^[0-9A-HJKMNP-TV-Z]{8}$/i.test(text) &&
  /[a-z]/i.test(text) &&
  (/\d/.test(text) || text === text.toUpperCase());

/** An email, a token, or a mailed code. The address of a person's page begins with the `@`. */
const isSecret = (text: string) =>
  text.includes('@', 1) ||
  text.startsWith('eyJ') ||
  (/^[\w.~+/=-]+$/.test(text) && text.length >= TOKEN_LENGTH_MIN && !UUID.test(text)) ||
  isCode(text.replace(/[\s-]/g, ''));

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The path and the query of a request, without what must not be logged. */
export function maskPath({ pathname, searchParams }: URL): string {
  const segments = pathname.split('/').map((segment) => (isSecret(decode(segment)) ? MASK : segment));
  const parameters = [...searchParams].map(([name, value]) => {
    const isShown = SHOWN.has(name) && ![value, ...value.split(/[\s,]+/)].some(isSecret);
    return `${isSecret(name) ? MASK : encodeURIComponent(name)}=${isShown ? encodeURIComponent(value) : MASK}`;
  });
  return segments.join('/') + (parameters.length > 0 ? `?${parameters.join('&')}` : '');
}
