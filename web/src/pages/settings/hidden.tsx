import { useInfiniteQuery } from '@tanstack/preact-query';
import { HidingButton, PersonRow } from '../../parts/person.tsx';
import { Failure, Loading } from '../../parts/states.tsx';
import { lists } from '../../queries.ts';
import { words } from '../../words.ts';

/** Whom one blocks or mutes. */
export function Hidden({ how }: { how: 'block' | 'mute' }) {
  const list = how === 'block' ? lists.blocks() : lists.mutes();
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(list);
  if (!data) return error ? <Failure error={error} onAgain={() => refetch()} /> : <Loading />;
  const people = data.pages.flatMap((page) => page.data);
  const { blockedNone, mutedNone } = words.settings;
  if (people.length === 0) return <p class="lead">{how === 'block' ? blockedNone : mutedNone}</p>;
  return (
    <>
      <ul>
        {people.map((user) => (
          <li key={user.id}>
            <PersonRow user={user} action={<HidingButton how={how} user={user} />} />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <p class="actions">
          <button type="button" class="quiet" onClick={() => fetchNextPage()}>
            {words.list.more}
          </button>
        </p>
      )}
    </>
  );
}
