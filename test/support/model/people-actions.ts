// What somebody does to people, to their own account, and as an admin: the request, and the rules of the contract.
import { type Action, ifMatch, isStale, NO_CONTENT, type Tag } from './action';
import { meView } from './notifications';
import { resolveReports } from './report-actions';
import type { Person, World } from './world';

export function follow(world: World, me: number, ref: string, method: 'PUT' | 'DELETE'): Action {
  const find = () => world.find(ref)?.id;
  return {
    call: `${method} /users/${ref}/follow`,
    refusal() {
      const other = find();
      if (other === undefined) return 'user_not_found';
      if (other === me) return 'cannot_follow_self';
      return method === 'PUT' && world.isBlocked(me, other) ? 'blocked' : undefined;
    },
    apply() {
      const other = world.idOf(ref);
      if (other !== undefined && method === 'PUT') world.follows.add(me, other);
      if (other !== undefined && method === 'DELETE') world.follows.remove(me, other);
      return NO_CONTENT;
    },
  };
}

export function avoid(
  world: World,
  me: number,
  ref: string,
  kind: 'block' | 'mute',
  method: 'PUT' | 'DELETE',
): Action {
  const find = () => world.find(ref)?.id;
  const deeds = kind === 'block' ? world.blocks : world.mutes;
  return {
    call: `${method} /users/${ref}/${kind}`,
    refusal() {
      const other = find();
      if (other === undefined) return 'user_not_found';
      return other === me ? `cannot_${kind}_self` : undefined;
    },
    apply() {
      const other = world.idOf(ref);
      if (other !== undefined && method === 'DELETE') deeds.remove(me, other);
      if (other !== undefined && method === 'PUT') {
        deeds.add(me, other);
        if (kind === 'block') {
          world.follows.remove(me, other);
          world.follows.remove(other, me);
        }
      }
      return NO_CONTENT;
    },
  };
}

/** `up_to` is a moment that has passed, or null for a moment in the future, which counts as now. */
export function readNotifications(world: World, me: number, up_to: string | null): Action {
  return {
    call: 'PUT /users/me/notifications/read',
    json: { up_to: up_to ?? '2100-01-01T00:00:00Z' },
    refusal: () => undefined,
    apply() {
      const person = world.people.get(me);
      // A moment that only the database knows is now, or is later.
      if (person?.read_at && (up_to === null || up_to > person.read_at)) person.read_at = up_to;
      return NO_CONTENT;
    },
  };
}

export type AccountChange = Partial<Pick<Person, 'username' | 'bio' | 'avatar_url'>>;

export function editMe(world: World, me: number, json: AccountChange, tag?: Tag): Action {
  return {
    call: 'PATCH /users/me',
    json,
    ...ifMatch(tag),
    refusal() {
      const person = world.people.get(me);
      if (person && isStale(tag, person)) return 'precondition_failed';
      return json.username && world.isTaken(json.username, me) ? 'username_taken' : undefined;
    },
    apply({ body, etag }) {
      const person = world.people.get(me);
      if (!person) return { status: 200, body };
      const before = { ...person };
      Object.assign(person, json);
      world.names.set(person.username.toLowerCase(), me);
      if (before.username.toLowerCase() !== person.username.toLowerCase()) {
        world.rest(before.username, me);
        world.resting = world.resting.filter(({ name }) => name !== person.username.toLowerCase());
      }
      const valuesOf = ({ username, bio, avatar_url }: Person) => JSON.stringify([username, bio, avatar_url]);
      if (valuesOf(before) !== valuesOf(person)) person.version += 1;
      if (etag) person.etags.set(person.version, etag);
      return { status: 200, body: meView(world, person) };
    },
  };
}

/** By an admin. All that belongs to the person goes, and the reports about them are resolved. */
export function deletePerson(world: World, me: number, ref: string, reason?: string): Action {
  const find = () => world.find(ref)?.id;
  return {
    call: `DELETE /users/${ref}${reason ? `?reason=${reason}` : ''}`,
    refusal() {
      const other = find();
      if (other === undefined) return 'user_not_found';
      if (!world.isAdmin(me)) return 'admin_only';
      return other === me ? 'use_own_account' : undefined;
    },
    apply() {
      const other = world.idOf(ref);
      if (other !== undefined) {
        resolveReports(world, ({ person }) => person === other, me, reason);
        world.removePerson(other);
      }
      return NO_CONTENT;
    },
  };
}
