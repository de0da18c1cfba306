import { useInfiniteQuery } from '@tanstack/preact-query';
import { useEffect } from 'preact/hooks';
import { Link } from 'wouter-preact';
import { Members, Page } from '../parts/page.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { Time } from '../parts/time.tsx';
import { lists } from '../queries.ts';
import { words } from '../words.ts';

function Drafts() {
  const { data, error, hasNextPage, isFetching, fetchNextPage, refetch } = useInfiniteQuery(lists.mine());
  const drafts = data?.pages.flatMap((page) => page.data).filter(({ published }) => !published) ?? [];
  useEffect(() => {
    // The list has published posts too, and drafts may be old.
    if (hasNextPage && !isFetching && !error) fetchNextPage();
  }, [hasNextPage, isFetching, error, fetchNextPage]);
  return (
    <Page title={words.drafts.title}>
      {error && <Failure error={error} onAgain={() => refetch()} />}
      {drafts.map(({ id, title, content, created_at, edited_at }) => (
        <section key={id} class="draft-row">
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
      ))}
      {hasNextPage || (!data && !error) ? (
        <Loading />
      ) : (
        drafts.length === 0 && (
          <Empty>
            <p>{words.drafts.empty}</p>
          </Empty>
        )
      )}
    </Page>
  );
}

export const DraftsPage = () => (
  <Members title={words.drafts.title} ask={words.composer.signIn}>
    <Drafts />
  </Members>
);
