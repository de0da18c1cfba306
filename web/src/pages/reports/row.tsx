import { useState } from 'preact/hooks';
import { Link } from 'wouter-preact';
import type { ReportDetails } from '../../../../client/index.ts';
import { Ask } from '../../parts/ask.tsx';
import { Avatar } from '../../parts/avatar.tsx';
import { Deletion } from '../../parts/deletion.tsx';
import { Menu } from '../../parts/menu.tsx';
import { PersonLink } from '../../parts/person.tsx';
import { Time } from '../../parts/time.tsx';
import { reopen, setStatus } from '../../state/moderation.ts';
import { words } from '../../words.ts';

/** What the report is about. */
function Subject({ report: { post_id, post, user } }: { report: ReportDetails }) {
  if (!user) return <p class="quote">{words.reports.userGone}</p>;
  if (post_id !== null && !post) return <p class="quote">{words.reports.postGone}</p>;
  return post ? (
    <Link class="quote" href={`/p/${post.id}`} dir="auto">
      {post.title && <b>{post.title} </b>}
      {post.content}
    </Link>
  ) : null;
}

type Asking = 'resolve' | 'post' | 'user';

export function Row({ report }: { report: ReportDetails }) {
  const [asking, setAsking] = useState<Asking>();
  const { id, post_id, user_id, post, user, reason, comment, status, reporter, note } = report;
  const own = words.reports;
  const close = () => setAsking(undefined);
  const name = user?.username ?? own.deletedUser;
  const title = post_id === null ? own.aboutUser(name) : own.aboutPost(name);
  return (
    <article class="report" aria-label={title}>
      <header>
        {user && <Avatar of={user} size="tiny" />}
        <h2>{user ? <Link href={`/@${user.username}`}>{title}</Link> : title}</h2>
        <span class="badge">{own.reasons[reason]}</span>
        {status === 'resolved' && <span class="badge">{own.resolved}</span>}
        {user && (
          <Menu label={own.more}>
            {post && (
              <li>
                <button type="button" class="warns" onClick={() => setAsking('post')}>
                  {words.deletion.post}
                </button>
              </li>
            )}
            <li>
              <button type="button" class="warns" onClick={() => setAsking('user')}>
                {words.deletion.user}
              </button>
            </li>
          </Menu>
        )}
      </header>
      <Subject report={report} />
      <p class="by">
        {own.by} <PersonLink name={reporter.username} /> · <Time at={report.created_at} />
      </p>
      {comment && (
        <p class="comment" dir="auto">
          {comment}
        </p>
      )}
      {report.resolved_at && (
        <p class="by">
          {report.resolved_by ? own.resolvedBy(report.resolved_by.username) : own.resolvedOnCommandLine} ·{' '}
          <Time at={report.resolved_at} />
        </p>
      )}
      {note && (
        <p class="comment" dir="auto">
          <b>{own.note}: </b>
          {note}
        </p>
      )}
      <p class="actions">
        {status === 'open' ? (
          <button type="button" class="small" onClick={() => setAsking('resolve')}>
            {own.resolve}
          </button>
        ) : (
          <button type="button" class="quiet small" onClick={() => reopen(id)}>
            {own.reopen}
          </button>
        )}
      </p>
      {asking === 'resolve' && (
        <Ask
          title={own.resolveTitle}
          label={own.noteLabel}
          go={own.resolve}
          onSend={(text) => setStatus(id, 'resolved', text ?? note)}
          onClose={close}
        />
      )}
      {asking === 'post' && post && <Deletion of={{ post }} onClose={close} />}
      {asking === 'user' && <Deletion of={{ user: user_id, name }} onClose={close} />}
    </article>
  );
}
