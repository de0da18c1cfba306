import { type Post, type ReportDetails, unwrap } from '../../../client/index.ts';
import { api } from '../api.ts';
import { changeReports, client, one } from '../queries.ts';
import { words } from '../words.ts';
import { forgetPost, orSay } from './actions.ts';
import { say } from './notes.ts';

/** Lists that change by what an admin does. What is shown stays where it stands until the next visit. */
function forgetLists(): void {
  for (const queryKey of [['reports'], ['audit']])
    client.invalidateQueries({ queryKey, refetchType: 'none' });
}

export async function setStatus(
  id: number,
  status: ReportDetails['status'],
  note?: string | null,
): Promise<void> {
  const json = { status, ...(note !== undefined && { note }) };
  const changed = await unwrap(api.posts.reports[':id'].$patch({ param: { id }, json }));
  changeReports((report) => (report.id === id ? changed : report));
  forgetLists();
  say(status === 'resolved' ? words.reports.isResolved : words.reports.isReopened);
}

export const reopen = (id: number) => orSay(() => setStatus(id, 'open'));

/** As the API does with the open reports about what is deleted. */
function resolutionOf(report: ReportDetails, note: string | null): Partial<ReportDetails> {
  if (report.status === 'resolved') return {};
  const me = client.getQueryData(one.me().queryKey) ?? null;
  const resolved_at = new Date().toISOString();
  return { status: 'resolved', resolved_at, resolved_by: me, note: note ?? report.note };
}

/** Left out where there is none: null would be sent as the text `null`. */
const reasonOf = (reason: string | null) => (reason === null ? {} : { reason });

export async function deletePost(post: Post, reason: string | null): Promise<void> {
  await unwrap(api.posts[':id'].$delete({ param: { id: post.id }, query: reasonOf(reason) }));
  changeReports((report) =>
    report.post_id === post.id ? { ...report, post: null, ...resolutionOf(report, reason) } : report,
  );
  forgetPost(post);
  forgetLists();
  say(words.deletion.deletedPost);
}

export async function deleteUser(id: number, reason: string | null): Promise<void> {
  await unwrap(api.users[':user'].$delete({ param: { user: String(id) }, query: reasonOf(reason) }));
  changeReports((report) =>
    report.user_id === id ? { ...report, post: null, user: null, ...resolutionOf(report, reason) } : report,
  );
  forgetLists();
  client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'reports' });
  say(words.deletion.deletedAccount);
}
