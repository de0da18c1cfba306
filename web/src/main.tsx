import '../../public/brand.css';
import './styles/base.css';
import './styles/frame.css';
import './styles/posts.css';
import './styles/pages.css';
import { QueryClientProvider } from '@tanstack/preact-query';
import { render } from 'preact';
import { App } from './app.tsx';
import { addOwnPost, client } from './queries.ts';
import { startKeys } from './state/keys.ts';
import { startNetwork } from './state/network.ts';
import { say } from './state/notes.ts';
import { startOutbox } from './state/outbox.ts';
import { startPlaces } from './state/place.ts';
import { session, startSession } from './state/session.ts';
import { startTheme } from './state/theme.ts';
import { words } from './words.ts';

startTheme();
startPlaces();
startKeys();
startNetwork();
startOutbox((post) => {
  addOwnPost(post);
  say(words.outbox.sent);
});
// What one account may see is not for the next one.
session.subscribe(() => client.clear());
startSession();

const root = document.getElementById('app');
if (root)
  render(
    <QueryClientProvider client={client}>
      <App />
    </QueryClientProvider>,
    root,
  );
