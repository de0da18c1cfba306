// Written by `npm run generate` from drizzle/functions: the schema of this release, and what its functions take and return.

export const SCHEMA = 'ledge_15f37440';

/** A row of `count_stretch` as Postgres writes it. */
export type CountStretch = string & { readonly row?: 'count_stretch' };

/** A row of `event_stretch` as Postgres writes it. */
export type EventStretch = string & { readonly row?: 'event_stretch' };

/** A row of `name_stretch` as Postgres writes it. */
export type NameStretch = string & { readonly row?: 'name_stretch' };

/** A row of `report_stretch` as Postgres writes it. */
export type ReportStretch = string & { readonly row?: 'report_stretch' };

/** A row of `session_stretch` as Postgres writes it. */
export type SessionStretch = string & { readonly row?: 'session_stretch' };

/** A row of `time_stretch` as Postgres writes it. */
export type TimeStretch = string & { readonly row?: 'time_stretch' };

export const FUNCTIONS = {
  add_block: { reads: false, names: ['person', 'session', 'caller'] },
  add_bookmark: { reads: false, names: ['post', 'session', 'caller'] },
  add_follow: { reads: false, names: ['person', 'session', 'caller'] },
  add_mute: { reads: false, names: ['person', 'session', 'caller'] },
  add_vote: { reads: false, names: ['post', 'session', 'caller'] },
  change_password: { reads: false, names: ['password_hash', 'fresh_hash', 'reset', 'session', 'caller'] },
  create_post: {
    reads: false,
    names: [
      'content',
      'published',
      'tags',
      'mentions',
      'hashtags',
      'title',
      'parent_id',
      'key',
      'digest',
      'session',
      'caller',
    ],
  },
  create_reset_code: { reads: false, names: ['email', 'code'] },
  create_user: {
    reads: false,
    names: ['email', 'username', 'password_hash', 'code', 'rest_days', 'bio', 'avatar_url'],
  },
  delete_expired: { reads: false, names: ['kind', 'rows_max'] },
  delete_me: { reads: false, names: ['password_hash', 'rest_days', 'reset', 'session', 'caller'] },
  delete_post: { reads: false, names: ['post', 'versions', 'reason', 'session', 'caller'] },
  delete_rest_of_account: { reads: false, names: [] },
  delete_user: { reads: false, names: ['person', 'rest_days', 'reason', 'session', 'caller'] },
  end_own_session: { reads: false, names: ['session', 'caller'] },
  end_session: { reads: false, names: ['id', 'session', 'caller'] },
  end_sessions: { reads: false, names: ['keep_current', 'session', 'caller'] },
  export_account: { reads: true, names: ['session', 'caller'] },
  export_section: { reads: true, names: ['section', 'after', 'session', 'caller'] },
  finish_login: {
    reads: false,
    names: [
      'id',
      'person',
      'digest',
      'lifetime_seconds',
      'password_hash',
      'reset',
      'fresh_hash',
      'user_agent',
      'replaced',
    ],
  },
  list_audit_entries: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_blocks: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_bookmarks: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_followers: { reads: true, names: ['person', 'page', 'before', 'whole', 'session', 'caller'] },
  list_following: { reads: true, names: ['person', 'page', 'before', 'whole', 'session', 'caller'] },
  list_mutes: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_notifications: { reads: true, names: ['page', 'before', 'whole', 'kind', 'session', 'caller'] },
  list_own_posts: { reads: true, names: ['page', 'before', 'whole', 'published', 'session', 'caller'] },
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
  list_reports: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
  list_sessions: { reads: true, names: ['page', 'before', 'whole', 'session', 'caller'] },
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
  read_feed: { reads: true, names: ['page', 'before', 'whole', 'person', 'tag', 'session', 'caller'] },
  read_me: { reads: true, names: ['session', 'caller'] },
  read_notifications: { reads: false, names: ['up_to', 'session', 'caller'] },
  read_post: { reads: true, names: ['post', 'session', 'caller'] },
  read_thread: { reads: true, names: ['post', 'posts_max', 'depth_max', 'bytes_max', 'session', 'caller'] },
  read_user: { reads: true, names: ['person', 'session', 'caller'] },
  remove_block: { reads: false, names: ['person', 'session', 'caller'] },
  remove_bookmark: { reads: false, names: ['post', 'session', 'caller'] },
  remove_follow: { reads: false, names: ['person', 'session', 'caller'] },
  remove_mute: { reads: false, names: ['person', 'session', 'caller'] },
  remove_vote: { reads: false, names: ['post', 'session', 'caller'] },
  renew_email_code: { reads: false, names: ['code', 'session', 'caller'] },
  report_post: { reads: false, names: ['post', 'reason', 'comment', 'session', 'caller'] },
  report_user: { reads: false, names: ['person', 'reason', 'comment', 'session', 'caller'] },
  reset_password: { reads: false, names: ['person', 'digest', 'fresh_hash', 'reset'] },
  rotate_session: {
    reads: false,
    names: ['id', 'presented', 'issued', 'successor', 'sealed', 'grace_seconds'],
  },
  schema_version: { reads: true, names: [] },
  set_role: { reads: false, names: ['person', 'role', 'session', 'caller'] },
  start_confirmation: { reads: false, names: ['attempt', 'session', 'caller'] },
  start_login: { reads: false, names: ['name', 'attempt'] },
  try_reset_code: { reads: false, names: ['email', 'presented', 'tries_max'] },
  update_me: {
    reads: false,
    names: ['change', 'code', 'rest_days', 'versions', 'reset', 'session', 'caller'],
  },
  update_post: { reads: false, names: ['post', 'change', 'versions', 'session', 'caller'] },
  update_report: { reads: false, names: ['report', 'change', 'session', 'caller'] },
  verify_email: { reads: false, names: ['presented', 'tries_max', 'session', 'caller'] },
} as const satisfies Record<string, { reads: boolean; names: readonly string[] }>;

export interface FunctionTypes {
  add_block: {
    values: { person: string; session?: string | null; caller?: number | null };
    answer: string | null;
  };
  add_bookmark: {
    values: { post: number; session?: string | null; caller?: number | null };
    answer: boolean | null;
  };
  add_follow: {
    values: { person: string; session?: string | null; caller?: number | null };
    answer: string | null;
  };
  add_mute: {
    values: { person: string; session?: string | null; caller?: number | null };
    answer: string | null;
  };
  add_vote: { values: { post: number; session?: string | null; caller?: number | null }; answer: unknown };
  change_password: {
    values: {
      password_hash: string;
      fresh_hash: string;
      reset: object;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  create_post: {
    values: {
      content: string;
      published: boolean;
      tags: string[];
      mentions?: string[] | null;
      hashtags?: string[] | null;
      title?: string | null;
      parent_id?: number | null;
      key?: string | null;
      digest?: string | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  create_reset_code: { values: { email: string; code: object }; answer: unknown };
  create_user: {
    values: {
      email: string;
      username: string;
      password_hash: string;
      code: object;
      rest_days: number;
      bio?: string | null;
      avatar_url?: string | null;
    };
    answer: unknown;
  };
  delete_expired: { values: { kind: string; rows_max: number }; answer: number | null };
  delete_me: {
    values: {
      password_hash: string;
      rest_days: number;
      reset: object;
      session?: string | null;
      caller?: number | null;
    };
    answer: string | null;
  };
  delete_post: {
    values: {
      post: number;
      versions?: number[] | null;
      reason?: string | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: string | null;
  };
  delete_rest_of_account: { values: Record<string, never>; answer: boolean | null };
  delete_user: {
    values: {
      person: string;
      rest_days: number;
      reason?: string | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: string | null;
  };
  end_own_session: { values: { session?: string | null; caller?: number | null }; answer: boolean | null };
  end_session: {
    values: { id: string; session?: string | null; caller?: number | null };
    answer: boolean | null;
  };
  end_sessions: {
    values: { keep_current: boolean; session?: string | null; caller?: number | null };
    answer: number | null;
  };
  export_account: { values: { session?: string | null; caller?: number | null }; answer: unknown };
  export_section: {
    values: { section: string; after: object; session?: string | null; caller?: number | null };
    answer: unknown;
  };
  finish_login: {
    values: {
      id: string;
      person: number;
      digest: string;
      lifetime_seconds: number;
      password_hash: string;
      reset: object;
      fresh_hash?: string | null;
      user_agent?: string | null;
      replaced?: string | null;
    };
    answer: boolean | null;
  };
  list_audit_entries: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_blocks: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_bookmarks: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
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
  list_mutes: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_notifications: {
    values: {
      page: EventStretch;
      before?: EventStretch | null;
      whole?: EventStretch | null;
      kind?: string | null;
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
      published?: boolean | null;
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
  list_reports: {
    values: {
      page: ReportStretch;
      before?: ReportStretch | null;
      whole?: ReportStretch | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  list_sessions: {
    values: {
      page: SessionStretch;
      before?: SessionStretch | null;
      whole?: SessionStretch | null;
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
  read_feed: {
    values: {
      page: TimeStretch;
      before?: TimeStretch | null;
      whole?: TimeStretch | null;
      person?: string | null;
      tag?: string | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  read_me: { values: { session?: string | null; caller?: number | null }; answer: unknown };
  read_notifications: {
    values: { up_to: string; session?: string | null; caller?: number | null };
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
  remove_block: {
    values: { person: string; session?: string | null; caller?: number | null };
    answer: string | null;
  };
  remove_bookmark: {
    values: { post: number; session?: string | null; caller?: number | null };
    answer: boolean | null;
  };
  remove_follow: {
    values: { person: string; session?: string | null; caller?: number | null };
    answer: string | null;
  };
  remove_mute: {
    values: { person: string; session?: string | null; caller?: number | null };
    answer: string | null;
  };
  remove_vote: { values: { post: number; session?: string | null; caller?: number | null }; answer: unknown };
  renew_email_code: {
    values: { code: object; session?: string | null; caller?: number | null };
    answer: unknown;
  };
  report_post: {
    values: {
      post: number;
      reason: string;
      comment?: string | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  report_user: {
    values: {
      person: string;
      reason: string;
      comment?: string | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  reset_password: {
    values: { person: number; digest: string; fresh_hash: string; reset: object };
    answer: unknown;
  };
  rotate_session: {
    values: {
      id: string;
      presented: string;
      issued: boolean;
      successor: string;
      sealed: string;
      grace_seconds: number;
    };
    answer: unknown;
  };
  schema_version: { values: Record<string, never>; answer: string | null };
  set_role: {
    values: { person: string; role: string; session?: string | null; caller?: number | null };
    answer: unknown;
  };
  start_confirmation: {
    values: { attempt: object; session?: string | null; caller?: number | null };
    answer: unknown;
  };
  start_login: { values: { name: string; attempt: object }; answer: unknown };
  try_reset_code: { values: { email: string; presented: string; tries_max: number }; answer: unknown };
  update_me: {
    values: {
      change: object;
      code: object;
      rest_days: number;
      versions?: number[] | null;
      reset?: object | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  update_post: {
    values: {
      post: number;
      change: object;
      versions?: number[] | null;
      session?: string | null;
      caller?: number | null;
    };
    answer: unknown;
  };
  update_report: {
    values: { report: number; change: object; session?: string | null; caller?: number | null };
    answer: unknown;
  };
  verify_email: {
    values: { presented: string; tries_max: number; session?: string | null; caller?: number | null };
    answer: unknown;
  };
}

export type FunctionName = keyof FunctionTypes & keyof typeof FUNCTIONS;
