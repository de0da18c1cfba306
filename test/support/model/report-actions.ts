// What people tell the admins, and what these do about it: the request, and the rules of the contract.
import type { Action } from './action';
import { reportDetails, reportView } from './views';
import type { World } from './world';

interface Complaint {
  reason: string;
  comment?: string;
}

/** About a post; `person` is its owner. Or about a person, where `post` is null. */
function report(
  world: World,
  me: number,
  call: string,
  find: () => { post: number | null; person: number } | undefined,
  json: Complaint,
): Action {
  return {
    call,
    json,
    refusal() {
      const about = find();
      if (!about) return call.includes('/posts/') ? 'post_not_found' : 'user_not_found';
      if (about.person === me) return 'cannot_report_self';
      const isAlready = [...world.reports.values()].some(
        ({ reporter, post, person }) =>
          reporter === me && post === about.post && (post !== null || person === about.person),
      );
      return isAlready ? 'already_reported' : undefined;
    },
    apply({ body: { id, created_at, user_id, post_id } }) {
      const { post, person } = find() ?? { post: post_id, person: user_id };
      const { reason, comment = null } = json;
      const open = { note: null, resolved_at: null, resolved_by: null };
      const made = { id, reporter: me, post, person, reason, comment, created_at, ...open };
      world.reports.set(id, made);
      return { status: 201, body: reportView(made) };
    },
  };
}

export const reportPost = (world: World, me: number, id: number, json: Complaint) =>
  report(world, me, `POST /posts/${id}/reports`, () => findPost(world, me, id), json);

export const reportPerson = (world: World, me: number, ref: string, json: Complaint) =>
  report(world, me, `POST /users/${ref}/reports`, () => findPerson(world, ref), json);

function findPost(world: World, me: number, id: number) {
  const post = world.visible(id, me);
  return post && { post: id, person: post.owner };
}

function findPerson(world: World, ref: string) {
  const person = world.find(ref);
  return person && { post: null, person: person.id };
}

/** By an admin, about anything but themselves. A note that is left out stays. */
export function changeReport(
  world: World,
  me: number,
  id: number,
  json: { status: 'open' | 'resolved'; note?: string },
): Action {
  return {
    call: `PATCH /posts/reports/${id}`,
    json,
    refusal() {
      if (!world.isAdmin(me)) return 'admin_only';
      const report = world.reports.get(id);
      return !report || report.person === me ? 'report_not_found' : undefined;
    },
    apply({ body }) {
      const report = world.reports.get(id);
      if (!report) return { status: 200, body };
      if (json.note !== undefined) report.note = json.note;
      if (json.status === 'open') Object.assign(report, { resolved_at: null, resolved_by: null });
      else if (report.resolved_at === null)
        Object.assign(report, { resolved_at: body.resolved_at, resolved_by: me });
      return { status: 200, body: reportDetails(world, report, me) };
    },
  };
}

/** Those that are open, of what an admin has deleted. */
export function resolveReports(
  world: World,
  isAbout: (report: { post: number | null; person: number }) => boolean,
  admin: number,
  reason: string | undefined,
): void {
  for (const report of world.reports.values())
    if (report.resolved_at === null && isAbout(report))
      // The database knows when.
      Object.assign(report, { resolved_at: '', resolved_by: admin, note: reason ?? report.note });
}
