// Written by `npm run generate` from drizzle/functions: the schema of this release, and what its functions take and return.

export const SCHEMA = 'ledge_9ade94a9';

/** A row of `count_stretch` as Postgres writes it. */
export type CountStretch = string;

/** A row of `name_stretch` as Postgres writes it. */
export type NameStretch = string;

/** A row of `time_stretch` as Postgres writes it. */
export type TimeStretch = string;

export const FUNCTIONS = {
  add_follow: { reads: false, names: ['person', 'session', 'caller'] },
  add_vote: { reads: false, names: ['post', 'session', 'caller'] },
  create_post: {
    reads: false,
    names: ['content', 'published', 'tags', 'title', 'parent_id', 'key', 'digest', 'session', 'caller'],
  },
  delete_post: { reads: false, names: ['post', 'versions', 'session', 'caller'] },
  list_followers: { reads: true, names: ['person', 'page', 'before', 'whole', 'session', 'caller'] },
  list_following: { reads: true, names: ['person', 'page', 'before', 'whole', 'session', 'caller'] },
  list_own_posts: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_posts: {
    reads: true,
    names: [
      'page',
      'kinds',
      'before',
      'whole',
      'search',
      'in_title',
      'author',
      'tag',
      'ids',
      'session',
      'caller',
    ],
  },
  list_posts_of_user: {
    reads: true,
    names: ['person', 'page', 'kinds', 'before', 'whole', 'session', 'caller'],
  },
  list_posts_voted_by: { reads: true, names: ['person', 'page', 'before', 'whole', 'session', 'caller'] },
  list_replies: { reads: true, names: ['post', 'page', 'before', 'whole', 'session', 'caller'] },
  list_tags: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_timeline: {
    reads: true,
    names: ['page', 'kinds', 'include_self', 'before', 'whole', 'session', 'caller'],
  },
  list_top_posts: {
    reads: true,
    names: [
      'page',
      'kinds',
      'before',
      'whole',
      'since',
      'until',
      'search',
      'in_title',
      'author',
      'tag',
      'ids',
      'session',
      'caller',
    ],
  },
  list_users: { reads: true, names: ['page', 'before', 'whole', 'search', 'ids', 'session', 'caller'] },
  list_versions: { reads: true, names: ['post', 'page', 'before', 'whole', 'session', 'caller'] },
  list_voted_posts: { reads: true, names: ['posts', 'session', 'caller'] },
  list_voters: { reads: true, names: ['post', 'page', 'before', 'whole', 'session', 'caller'] },
  read_post: { reads: true, names: ['post', 'session', 'caller'] },
  read_thread: { reads: true, names: ['post', 'posts_max', 'depth_max', 'bytes_max', 'session', 'caller'] },
  read_user: { reads: true, names: ['person', 'session', 'caller'] },
  remove_follow: { reads: false, names: ['person', 'session', 'caller'] },
  remove_vote: { reads: false, names: ['post', 'session', 'caller'] },
  schema_version: { reads: true, names: [] },
  update_post: { reads: false, names: ['post', 'change', 'versions', 'session', 'caller'] },
} as const satisfies Record<string, { reads: boolean; names: readonly string[] }>;

export interface FunctionTypes {
  add_follow: {
    values: { person: string; session?: string | null; caller?: number | null };
    answer: string | null;
  };
  add_vote: { values: { post: number; session?: string | null; caller?: number | null }; answer: unknown };
  create_post: {
    values: {
      content: string;
      published: boolean;
      tags: string[];
      title?: string | null;
      parent_id?: number | null;
      key?: string | null;
      digest?: string | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  delete_post: {
    values: { post: number; versions?: number[] | null; session?: string | null; caller?: number | null };
    answer: string | null;
  };
  list_followers: {
    values: {
      person: string;
      page: TimeStretch;
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_following: {
    values: {
      person: string;
      page: TimeStretch;
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_own_posts: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_posts: {
    values: {
      page: TimeStretch;
      kinds: boolean[];
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      search?: string | null;
      in_title?: boolean | null;
      author?: string | null;
      tag?: string | null;
      ids?: number[] | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_posts_of_user: {
    values: {
      person: string;
      page: TimeStretch;
      kinds: boolean[];
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_posts_voted_by: {
    values: {
      person: string;
      page: TimeStretch;
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_replies: {
    values: {
      post: number;
      page: TimeStretch;
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_tags: {
    values: {
      page: NameStretch;
      before?: NameStretch | null;
      whole?: NameStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_timeline: {
    values: {
      page: TimeStretch;
      kinds: boolean[];
      include_self: boolean;
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_top_posts: {
    values: {
      page: CountStretch;
      kinds: boolean[];
      before?: CountStretch | null;
      whole?: TimeStretch | null;
      since?: string | null;
      until?: string | null;
      search?: string | null;
      in_title?: boolean | null;
      author?: string | null;
      tag?: string | null;
      ids?: number[] | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_users: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      search?: string | null;
      ids?: number[] | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_versions: {
    values: {
      post: number;
      page: CountStretch;
      before?: CountStretch | null;
      whole?: CountStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_voted_posts: {
    values: { posts: number[]; session?: string | null; caller?: number | null };
    answer: unknown;
  };
  list_voters: {
    values: {
      post: number;
      page: TimeStretch;
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  read_post: { values: { post: number; session?: string | null; caller?: number | null }; answer: unknown };
  read_thread: {
    values: {
      post: number;
      posts_max: number;
      depth_max: number;
      bytes_max: number;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  read_user: { values: { person: string; session?: string | null; caller?: number | null }; answer: unknown };
  remove_follow: {
    values: { person: string; session?: string | null; caller?: number | null };
    answer: string | null;
  };
  remove_vote: { values: { post: number; session?: string | null; caller?: number | null }; answer: unknown };
  schema_version: { values: Record<string, never>; answer: string | null };
  update_post: {
    values: {
      post: number;
      change: string;
      versions?: number[] | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
}

export type FunctionName = keyof FunctionTypes & keyof typeof FUNCTIONS;
