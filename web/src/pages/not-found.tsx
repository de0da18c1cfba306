import { Link } from 'wouter-preact';
import { Page } from '../parts/page.tsx';
import { Empty } from '../parts/states.tsx';
import { words } from '../words.ts';

export const NotFound = () => (
  <Page title={words.notFound.title}>
    <Empty>
      <p>{words.notFound.text}</p>
      <p>
        <Link class="button quiet" href="/">
          {words.notFound.home}
        </Link>
      </p>
    </Empty>
  </Page>
);
