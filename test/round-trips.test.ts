import { describe, expect, it } from 'vitest';
import { api } from './support/api';
import { routes } from './support/document';
import { createFixture } from './support/fixture';
import { PREPARATIONS } from './support/preparations';
import { mostRoundTrips } from './support/round-trips';
import { ROUTES } from './support/routes';

describe('a request that succeeds', () => {
  it.each(routes)('of $name makes the round trips of the table', async ({ name, method }) => {
    const route = ROUTES[name];
    if (!route) throw new Error(`${name} is missing in test/support/routes.ts.`);
    const fixture = await createFixture();
    const { path, ...call } = route.call({ ...fixture, ...(await PREPARATIONS[name]?.(fixture)) });

    const answer = await api(`${method} ${path}`, { ...call, token: fixture.me.token });

    expect(answer.status).toBeGreaterThanOrEqual(200);
    expect(answer.status).toBeLessThan(300);
    // api() throws above this number; reaching it makes the table exact.
    expect(mostRoundTrips.get(name)).toBe(route.roundTrips);
  });
});
