import { Link } from 'wouter-preact';
import { Page } from '../parts/page.tsx';
import { words } from '../words.ts';

export const NotFound = () => (
  <Page title={words.notFound.title}>
    <div class="empty">
      <p>{words.notFound.text}</p>
      <p>
        <Link class="button quiet" href="/">
          {words.notFound.home}
        </Link>
      </p>
    </div>
  </Page>
);
