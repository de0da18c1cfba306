import { Link } from 'wouter-preact';
import type { Post } from '../../../client/index.ts';
import { List } from '../parts/list.tsx';
import { Members, Page } from '../parts/page.tsx';
import { Time } from '../parts/time.tsx';
import { lists } from '../queries.ts';
import { words } from '../words.ts';

const Row = ({ draft: { id, title, content, created_at, edited_at } }: { draft: Post }) => (
  <section class="draft-row">
    <div>
      <h2 class="title" dir="auto">
        <Link href={`/compose?edit=${id}`}>{title ?? words.drafts.untitled}</Link>
      </h2>
      <p class="clipped" dir="auto">
        {content}
      </p>
    </div>
    <Time at={edited_at ?? created_at} />
  </section>
);

export const DraftsPage = () => (
  <Members title={words.drafts.title} ask={words.composer.signIn}>
    <Page title={words.drafts.title}>
      <List<Post>
        of={lists.drafts()}
        empty={<p>{words.drafts.empty}</p>}
        show={(draft) => <Row draft={draft} />}
      />
    </Page>
  </Members>
);
