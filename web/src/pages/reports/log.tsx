import { useInfiniteQuery, useQueries } from '@tanstack/preact-query';
import { Link } from 'wouter-preact';
import type { AuditEntry } from '../../../../client/index.ts';
import { List } from '../../parts/list.tsx';
import { PersonLink } from '../../parts/person.tsx';
import { Time } from '../../parts/time.tsx';
import { lists, one } from '../../queries.ts';
import { words } from '../../words.ts';

function Entry({ entry, names }: { entry: AuditEntry; names: Map<number, string> }) {
  const { action, admin, user_id, post_id, reason, created_at } = entry;
  const { did, commandLine, deletedUser, userNumber, openPost } = words.reports;
  const name = names.get(user_id);
  return (
    <article class="report">
      <p>
        {admin ? <PersonLink name={admin.username} /> : entry.admin_id === null ? commandLine : deletedUser}{' '}
        {did[action]} {name ? <PersonLink name={name} /> : userNumber(user_id)} · <Time at={created_at} />
      </p>
      {reason && (
        <p class="comment" dir="auto">
          {reason}
        </p>
      )}
      {post_id !== null && action !== 'post_deleted' && (
        <p>
          <Link href={`/p/${post_id}`}>{openPost}</Link>
        </p>
      )}
    </article>
  );
}

/** What admins did. */
export function Log() {
  const list = lists.audit();
  const { data } = useInfiniteQuery(list);
  const names = useQueries({
    queries: (data?.pages ?? []).map((page) =>
      one.names([...new Set(page.data.map(({ user_id }) => user_id))]),
    ),
    combine: (found) => new Map(found.flatMap((each) => [...(each.data ?? [])])),
  });
  return (
    <List<AuditEntry>
      of={list}
      empty={<p>{words.reports.noAudit}</p>}
      show={(entry) => <Entry entry={entry} names={names} />}
    />
  );
}
