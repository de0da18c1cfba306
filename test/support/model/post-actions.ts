// What somebody does to posts: the request, and the rules of the contract.
import { type Action, ifMatch, isStale, NO_CONTENT, type Tag } from './action';
import { resolveReports } from './report-actions';
import { postView } from './views';
import { mentionsOf, type Post, tagsOf, type World } from './world';

export interface Draft {
  content: string;
  title?: string | null;
  published?: boolean;
  tags?: string[];
}

/** Requests with an `Idempotency-Key` are repeated just as they were, or with another body. */
export function createPost(
  world: World,
  me: number,
  draft: Draft & { parent_id?: number },
  key?: string,
): Action {
  const { parent_id: parent } = draft;
  const request = JSON.stringify(draft);
  const findKept = () => world.answers.find((kept) => kept.by === me && kept.key === key);
  return {
    call: 'POST /posts',
    json: draft,
    ...(key && { headers: { 'Idempotency-Key': key } }),
    refusal() {
      const kept = findKept();
      if (kept && kept.request !== request) return 'idempotency_key_reused';
      if (kept) return kept.answer === null ? 'post_not_found' : undefined;
      if (parent === undefined) return undefined;
      const answered = world.published(parent);
      if (!answered) return 'parent_not_found';
      return world.isBlocked(me, answered.owner) ? 'blocked' : undefined;
    },
    apply({ body, etag }) {
      const kept = findKept();
      if (kept) return { status: 201, body: kept.answer };
      const { title = null, published = true, tags = [], content } = draft;
      const answered = parent === undefined ? undefined : world.posts.get(parent);
      const post: Post = {
        id: body.id,
        owner: me,
        parent: parent ?? null,
        above: parent === undefined ? [] : [...(answered?.above ?? []), parent].slice(-100),
        answered: answered && answered.owner !== me ? answered.owner : null,
        ...{ title, content, published, tags: [...new Set(tags)] },
        mentions: mentionsOf(world, me, content),
        created_at: body.created_at,
        published_at: published ? body.created_at : null,
        edited_at: null,
        version: 1,
        earlier: [],
        etags: new Map(etag ? [[1, etag]] : []),
      };
      world.posts.set(post.id, post);
      const answer = postView(world, post, me);
      if (key) world.answers.push({ by: me, key, request, post: post.id, answer });
      return { status: 201, body: answer };
    },
  };
}

/** The same at another path. */
export function reply(world: World, me: number, parent: number, draft: Draft): Action {
  return {
    ...createPost(world, me, { ...draft, parent_id: parent }),
    call: `POST /posts/${parent}/replies`,
    json: draft,
  };
}

/** `PUT` gives what is left out its default, `PATCH` leaves it as it is. */
export function editPost(
  world: World,
  me: number,
  id: number,
  method: 'PUT' | 'PATCH',
  json: Partial<Draft>,
  tag?: Tag,
): Action {
  const change = method === 'PUT' ? { title: null, published: true, tags: [], ...json } : json;
  const isPublishing = (post: Post) => change.published === true && !post.published;
  return {
    call: `${method} /posts/${id}`,
    json,
    ...ifMatch(tag),
    refusal() {
      const post = world.visible(id, me);
      if (!post) return 'post_not_found';
      if (post.owner !== me) return 'not_owner';
      if (isStale(tag, post)) return 'precondition_failed';
      return isPublishing(post) && world.isBlocked(me, post.answered) ? 'blocked' : undefined;
    },
    apply({ body, etag }) {
      const post = world.posts.get(id);
      // Deleted by somebody else, while the answer was on its way.
      if (!post) return { status: 200, body };
      const before = { ...post };
      if (change.title !== undefined) post.title = change.title;
      if (change.tags) post.tags = [...new Set(change.tags)];
      if (change.content !== undefined && change.content !== before.content) {
        post.content = change.content;
        post.mentions = mentionsOf(world, me, change.content);
      }
      if (isPublishing(before)) post.mentions = post.mentions.filter((one) => !world.isBlocked(me, one));
      if (change.published !== undefined) post.published = change.published;
      changeVersion(before, post, body);
      if (etag) post.etags.set(post.version, etag);
      return { status: 200, body: postView(world, post, me) };
    },
  };
}

/** What follows from an edit. One that changes no value changes nothing. */
function changeVersion(before: Post, post: Post, seen: { edited_at: string; published_at: string }): void {
  const textOf = (one: Post) => JSON.stringify([one.title, one.content, tagsOf(one)]);
  const isRewritten = textOf(before) !== textOf(post);
  if (!isRewritten && before.published === post.published) return;
  const { title, content, tags, mentions, version, published_at, edited_at } = before;
  if (before.published && isRewritten)
    post.earlier.push({
      title,
      content,
      tags,
      mentions,
      version,
      created_at: edited_at ?? published_at ?? '',
    });
  post.version += 1;
  const isFirstPublished = post.published && published_at === null;
  if (isFirstPublished) post.published_at = seen.published_at;
  // For its readers, what is published for the first time was never edited.
  post.edited_at = isFirstPublished ? null : seen.edited_at;
}

/** For its owner and for admins, who also resolve the reports about it by that. */
export function deletePost(world: World, me: number, id: number, reason?: string, tag?: Tag): Action {
  return {
    call: `DELETE /posts/${id}${reason ? `?reason=${reason}` : ''}`,
    ...ifMatch(tag),
    refusal() {
      const post = world.visible(id, me);
      if (!post) return 'post_not_found';
      if (post.owner !== me && !world.isAdmin(me)) return 'not_owner';
      return isStale(tag, post) ? 'precondition_failed' : undefined;
    },
    apply() {
      if (world.posts.get(id)?.owner !== me) resolveReports(world, ({ post }) => post === id, me, reason);
      world.removePost(id);
      return NO_CONTENT;
    },
  };
}
