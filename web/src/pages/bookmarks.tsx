import { Posts } from '../parts/list.tsx';
import { Members, Page } from '../parts/page.tsx';
import { lists } from '../queries.ts';
import { words } from '../words.ts';

export const Bookmarks = () => (
  <Members title={words.bookmarks.title} ask={words.errors.codes.token_missing}>
    <Page title={words.bookmarks.title}>
      <Posts of={lists.bookmarks()} empty={<p>{words.bookmarks.empty}</p>} />
    </Page>
  </Members>
);
