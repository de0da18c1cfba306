import { useInfiniteQuery } from '@tanstack/preact-query';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Post as PostShape, User } from '../../../client/index.ts';
import type { PeopleList, PostList } from '../queries.ts';
import { words } from '../words.ts';
import { PersonRow } from './person.tsx';
import { Post } from './post.tsx';
import { Empty, Failure, Loading } from './states.tsx';

interface Showing<Item> {
  show: (item: Item) => ComponentChildren;
  empty?: ComponentChildren;
}

/** A list that reads on where its end comes into sight; a button does the same. */
// biome-ignore lint/suspicious/noExplicitAny: posts or people.
function List<Item extends { id: number }>({ of: options, show, empty }: Showing<Item> & { of: any }) {
  const {
    data,
    error,
    isPending,
    isFetchingNextPage,
    hasNextPage,
    fetchNextPage,
    refetch,
    isFetchNextPageError,
  } =
    // biome-ignore lint/suspicious/noExplicitAny: see above.
    useInfiniteQuery<any>(options);
  const end = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const element = end.current;
    if (!element || !hasNextPage || isFetchingNextPage || isFetchNextPageError) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && fetchNextPage(), {
      rootMargin: '800px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  if (isPending) return <Loading />;
  if (!data) return <Failure error={error} onAgain={() => refetch()} />;
  // A list of votes moves while it is read: a row that is on two pages is shown once.
  const items = new Map<number, Item>();
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  for (const page of (data as any).pages) for (const item of page.data) items.set(item.id, item);
  if (items.size === 0) return <Empty>{empty ?? <p>{words.list.empty}</p>}</Empty>;
  return (
    <div class="list" aria-busy={isFetchingNextPage}>
      {[...items.values()].map(show)}
      <div class="list-end" ref={end}>
        {isFetchNextPageError ? (
          <Failure error={error} onAgain={() => fetchNextPage()} />
        ) : hasNextPage ? (
          <button type="button" class="quiet" onClick={() => fetchNextPage()}>
            {words.list.more}
          </button>
        ) : (
          <p>{words.list.end}</p>
        )}
      </div>
    </div>
  );
}

export const Posts = ({
  of,
  empty,
  only,
}: {
  of: PostList;
  empty?: ComponentChildren;
  only?: (post: PostShape) => boolean;
}) => (
  <List<PostShape>
    of={of}
    empty={empty}
    show={(post) => (only && !only(post) ? null : <Post key={post.id} post={post} />)}
  />
);

export const People = ({ of, empty }: { of: PeopleList; empty?: ComponentChildren }) => (
  <List<User>
    of={of}
    empty={empty ?? <p>{words.person.none}</p>}
    show={(user) => <PersonRow key={user.id} user={user} />}
  />
);
