import { useQuery } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';
import { FeedLink } from '../parts/feed.tsx';
import { Posts } from '../parts/list.tsx';
import { Page } from '../parts/page.tsx';
import { Empty, Failure, Loading } from '../parts/states.tsx';
import { lists, one } from '../queries.ts';
import { words } from '../words.ts';

export function TagList({ limit }: { limit?: number }) {
  const { data, error, refetch } = useQuery(one.tags());
  if (!data) return error ? <Failure error={error} onAgain={() => refetch()} /> : <Loading />;
  if (data.data.length === 0)
    return (
      <Empty>
        <p>{words.list.empty}</p>
      </Empty>
    );
  return (
    <ul class="tag-list">
      {data.data.slice(0, limit).map(({ tag, posts }) => (
        <li key={tag}>
          <Link href={`/tags/${encodeURIComponent(tag)}`}>{words.tags.one(tag)}</Link>
          <span>{words.tags.posts(posts)}</span>
        </li>
      ))}
    </ul>
  );
}

export const TagsPage = () => (
  <Page title={words.tags.title}>
    <TagList />
  </Page>
);

export const Tag = ({ tag }: { tag: string }) => (
  <Page
    title={words.tags.one(tag)}
    heading={<bdi>{words.tags.one(tag)}</bdi>}
    hasBack
    action={<FeedLink href={`/posts/feed.atom?tag=${encodeURIComponent(tag)}`} />}
  >
    <Posts of={lists.posts({ tag, replies: 'include' })} />
  </Page>
);
