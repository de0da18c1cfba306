import { isOffline } from '../api.ts';
import { client } from '../queries.ts';
import { createStore } from './store.ts';

export const isOnline = createStore(navigator.onLine);

/** The browser reports some failures of the network; failed requests show the others. */
export function startNetwork(): void {
  addEventListener('online', () => {
    isOnline.set(true);
    client.refetchQueries({ predicate: ({ state }) => state.status === 'error', type: 'active' });
  });
  addEventListener('offline', () => isOnline.set(false));
  client.getQueryCache().subscribe(({ query, type }) => {
    if (type !== 'updated') return;
    if (query.state.status === 'error' && isOffline(query.state.error)) isOnline.set(false);
    else if (query.state.status === 'success' && navigator.onLine) isOnline.set(true);
  });
}
