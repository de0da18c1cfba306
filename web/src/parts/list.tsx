import { useInfiniteQuery } from '@tanstack/preact-query';
import { type ComponentChildren, Fragment } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Post as PostShape, User } from '../../../client/index.ts';
import type { ListOf, PeopleList, PostList } from '../queries.ts';
import { words } from '../words.ts';
import { PersonRow } from './person.tsx';
import { Post } from './post.tsx';
import { Empty, Failure, Loading } from './states.tsx';

const idOf = (item: object) => (item as { id: number }).id;

interface ListProps<Item> {
  of: ListOf<Item>;
  show: (item: Item) => ComponentChildren;
  /** What tells an item from the others: its id, unless it has none. */
  keyOf?: (item: Item) => string | number;
  empty?: ComponentChildren;
}

/** A list that reads on where its end comes into sight; a button does the same. */
export function List<Item extends object>({ of, show, keyOf = idOf, empty }: ListProps<Item>) {
  const {
    data,
    error,
    isPending,
    isFetchingNextPage,
    hasNextPage,
    fetchNextPage,
    refetch,
    isFetchNextPageError,
  } = useInfiniteQuery(of);
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
  const items = new Map<string | number, Item>();
  for (const page of data.pages) for (const item of page.data) items.set(keyOf(item), item);
  if (items.size === 0) return <Empty>{empty || <p>{words.list.empty}</p>}</Empty>;
  return (
    <div class="list" aria-busy={isFetchingNextPage}>
      {[...items].map(([key, item]) => (
        <Fragment key={key}>{show(item)}</Fragment>
      ))}
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

export const Posts = ({ of, empty }: { of: PostList; empty?: ComponentChildren }) => (
  <List<PostShape> of={of} empty={empty} show={(post) => <Post post={post} />} />
);

export const People = ({ of, empty }: { of: PeopleList; empty?: ComponentChildren }) => (
  <List<User>
    of={of}
    empty={empty ?? <p>{words.person.none}</p>}
    show={(user) => <PersonRow user={user} />}
  />
);
