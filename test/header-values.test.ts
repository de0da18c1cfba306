import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bearerChallenge, entityTag, limitHeaders, linkTo, pathTo, waitOf } from '../src/header-values';

const anything = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('"', '\\', '\r\nSet-Cookie: a=b', '\0', '\ud800', 'é', '<>', '%', ''),
);
const anyNumber = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, -0, 1e300));

const WELL_FORMED: [name: string, build: (text: string, number: number) => string, form: RegExp][] = [
  [
    'WWW-Authenticate',
    (text) => bearerChallenge(text),
    /^Bearer error="invalid_token", error_description="[\x20\x21\x23-\x5b\x5d-\x7e]*"$/,
  ],
  ['Location', (text, number) => pathTo(text, number), /^(\/[\w\-.!~*'()%]*)+$/],
  ['Link', (text) => linkTo(text, 'next'), /^<[\w\-.~:/?#[\]@!$&'()*+,;=%]*>; rel="next"$/],
  ['ETag', (text) => entityTag(text), /^"[\x21\x23-\x7e]*"$/],
  ['Retry-After', (_, number) => waitOf(number), /^[1-9]\d{0,14}$/],
  [
    'RateLimit-Policy',
    (name, quota) => limitHeaders({ name, quota, window_seconds: quota })['RateLimit-Policy'],
    /^"[\x20\x21\x23-\x5b\x5d-\x7e]*";q=\d{1,15};w=[1-9]\d{0,14}$/,
  ],
  [
    'RateLimit',
    (name, wait) => limitHeaders({ name, quota: 1, window_seconds: 1 }, wait).RateLimit ?? '',
    /^"[\x20\x21\x23-\x5b\x5d-\x7e]*";r=0;t=[1-9]\d{0,14}$/,
  ],
];

describe('the value of a header', () => {
  it.each(WELL_FORMED)('%s is well-formed, whatever it is made of', (_, build, form) => {
    fc.assert(
      fc.property(anything, anyNumber, (text, number) => {
        expect(build(text, number)).toMatch(form);
      }),
    );
  });

  it('names no error where no token came', () => {
    expect(bearerChallenge()).toBe('Bearer');
  });

  it('keeps what is well-formed already', () => {
    expect(pathTo('users', 12)).toBe('/users/12');
    expect(linkTo('/posts?tag=caf%C3%A9&limit=2', 'prev')).toBe('</posts?tag=caf%C3%A9&limit=2>; rel="prev"');
    expect(entityTag('3-9a-1')).toBe('"3-9a-1"');
  });
});
