import { createRoute } from '@hono/zod-openapi';
import { callAs } from '../../db/database';
import type { HidingChange } from '../../db/json';
import { BY_TIME, listPage } from '../../db/page';
import { createRouter } from '../../http/context';
import { jsonResponse, problems, withExample } from '../../http/contract';
import { pageRequest, pageResponse } from '../../http/paging';
import { noSuchUser, Problem } from '../../problems';
import { BLOCKS, MUTES } from '../../schemas/examples';
import { PageQuery, pageOf } from '../../schemas/page';
import { PersonParam, User } from '../../schemas/user';
import { signedIn } from '../../security/guard';

const tags = ['users'];

/** Whom the caller doesn't want to meet, and whom they don't want to read. */
export const blocks = createRouter();

type Hiding = 'block' | 'mute';

/** Throws the problem that prevented a change. */
function checkChange(by: Hiding, change: HidingChange, name: string | undefined): void {
  if (change === 'not_found') throw noSuchUser(name);
  if (change === 'self') throw new Problem(`cannot_${by}_self`);
}

/** The contract of a change, above what differs from one to the other. */
const changeOf = <By extends Hiding>(by: By) => ({
  path: `/{user}/${by}` as const,
  tags,
  ...signedIn,
  request: { params: PersonParam },
  ...problems('user_not_found', `cannot_${by}_self`),
});

blocks.openapi(
  createRoute({
    ...changeOf('block'),
    method: 'put',
    operationId: 'block',
    summary: 'Block a user',
    description:
      'You no longer follow each other. Neither of you can follow the other, reply to or vote for posts of the other (403 `blocked`), or mention the other: the name stays plain text. While signed in, neither sees posts of the other in lists, searches, feeds, bookmarks, the timeline and threads, or is notified of what the other does. Idempotent. You cannot block yourself (422 `cannot_block_self`).',
    responses: { 204: { description: 'You block this user' } },
  }),
  async (c) => {
    const person = c.req.valid('param').user;
    const change = await callAs(c.get('db'), c.get('caller'), 'add_block', { person });
    checkChange('block', change, c.req.param('user'));
    return c.body(null, 204);
  },
);

blocks.openapi(
  createRoute({
    ...changeOf('block'),
    method: 'delete',
    operationId: 'unblock',
    summary: 'Unblock a user',
    description: 'The follows that the block ended are not restored. Idempotent.',
    responses: { 204: { description: 'You do not block this user' } },
  }),
  async (c) => {
    const person = c.req.valid('param').user;
    const change = await callAs(c.get('db'), c.get('caller'), 'remove_block', { person });
    checkChange('block', change, c.req.param('user'));
    return c.body(null, 204);
  },
);

blocks.openapi(
  createRoute({
    ...changeOf('mute'),
    method: 'put',
    operationId: 'mute',
    summary: 'Mute a user',
    description:
      'While signed in, you no longer see their posts in lists, searches, feeds, bookmarks, the timeline and threads, and are not notified of what they do. Nobody is told, and nothing changes for them. Idempotent. You cannot mute yourself (422 `cannot_mute_self`).',
    responses: { 204: { description: 'You mute this user' } },
  }),
  async (c) => {
    const person = c.req.valid('param').user;
    const change = await callAs(c.get('db'), c.get('caller'), 'add_mute', { person });
    checkChange('mute', change, c.req.param('user'));
    return c.body(null, 204);
  },
);

blocks.openapi(
  createRoute({
    ...changeOf('mute'),
    method: 'delete',
    operationId: 'unmute',
    summary: 'Unmute a user',
    description: 'You see their posts in lists again. Idempotent.',
    responses: { 204: { description: 'You do not mute this user' } },
  }),
  async (c) => {
    const person = c.req.valid('param').user;
    const change = await callAs(c.get('db'), c.get('caller'), 'remove_mute', { person });
    checkChange('mute', change, c.req.param('user'));
    return c.body(null, 204);
  },
);

const LIST = { method: 'get' as const, tags, ...signedIn, request: { query: PageQuery } };
const PAGE = jsonResponse(pageOf(User), 'A page of users', 'Link');

blocks.openapi(
  createRoute({
    ...LIST,
    path: '/me/blocks',
    operationId: 'listBlocks',
    summary: 'List the users whom you block',
    description: 'The user whom you blocked last comes first. Nobody else sees this list.',
    responses: { 200: withExample(BLOCKS, PAGE) },
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), BY_TIME);
    const page = await listPage(c.get('db'), c.get('caller'), 'list_blocks', request, {});
    return pageResponse(c, request, page);
  },
);

blocks.openapi(
  createRoute({
    ...LIST,
    path: '/me/mutes',
    operationId: 'listMutes',
    summary: 'List the users whom you mute',
    description: 'The user whom you muted last comes first. Nobody else sees this list.',
    responses: { 200: withExample(MUTES, PAGE) },
  }),
  async (c) => {
    const request = pageRequest(c, c.req.valid('query'), BY_TIME);
    const page = await listPage(c.get('db'), c.get('caller'), 'list_mutes', request, {});
    return pageResponse(c, request, page);
  },
);
