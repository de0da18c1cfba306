// What the functions of drizzle/functions answer and take as JSON, which the database does not know. `npm run generate` makes
// functions.ts refer to it. When an answer is null, and what an outcome means, is said above each function.
import type { Account, AccountPatch, Me } from '../schemas/account';
import type { Session } from '../schemas/auth';
import type { Named } from '../schemas/content';
import type { Notification } from '../schemas/notification';
import type { Post, PostPatch, PostVersion, TagCount, Thread } from '../schemas/post';
import type { AuditEntry, Report, ReportChange, ReportDetails } from '../schemas/report';
import type { User } from '../schemas/user';

/** The answers of the functions that return JSON or a text. */
export interface Answers {
  create_user: { me: Me; mailed: boolean };
  read_me: TaggedMe | null;
  update_me:
    | { outcome: 'changed'; changed: TaggedMe }
    | { outcome: 'stale' | 'email_taken' | 'username_taken' }
    | ({ outcome: 'mails_exhausted' } & MailsExhausted);
  delete_me: Deletion | 'last_admin' | 'wrong_password';
  delete_user: Deletion | 'user_not_found' | 'admin_only' | 'use_own_account';
  set_role: Account | 'user_not_found' | 'admin_only' | 'last_admin';
  export_account: { head: Record<string, unknown>; sections: Record<string, ExportPiece> } | null;
  export_section: ExportPiece;

  start_login: PasswordTry & { bcrypt_cost: number | null };
  start_confirmation: PasswordTry;
  change_password: { email: string | null; username: string } | null;
  reset_password: Recipient | null;

  create_reset_code: Recipient | null;
  renew_email_code: Recipient | MailsExhausted | null;
  try_reset_code: {
    outcome: CodeOutcome;
    /** `digest` tells reset_password() which code was tried. */
    person: (Recipient & { id: number; digest: string }) | null;
  };
  verify_email: {
    outcome: CodeOutcome;
    username: string;
    /** The address that the code was mailed to. */
    email: string | null;
    previous: string;
    moved: boolean | null;
  };

  list_sessions: Listed<Session>;
  rotate_session: {
    outcome: 'rotated' | 'grace' | 'reused';
    user: number;
    sealed: string | null;
    expires_in: number;
  } | null;

  read_user: { user: User; etag: string } | null;
  list_users: Listed<User>;
  list_notifications: Listed<Notification>;
  add_follow: 'done' | 'not_found' | 'self' | 'blocked';
  remove_follow: 'done' | 'not_found' | 'self';
  list_followers: Listed<User> | null;
  list_following: Listed<User> | null;
  add_block: HidingChange;
  remove_block: HidingChange;
  list_blocks: Listed<User>;
  add_mute: HidingChange;
  remove_mute: HidingChange;
  list_mutes: Listed<User>;

  create_post:
    | { outcome: 'created' | 'replayed'; created: TaggedPost }
    | { outcome: 'no_parent' | 'blocked' | 'reused' | 'deleted' };
  read_post: TaggedPost | null;
  update_post:
    | { outcome: 'changed'; changed: TaggedPost }
    | { outcome: 'not_found' | 'not_owner' | 'stale' | 'blocked' };
  delete_post: 'deleted' | 'not_found' | 'not_owner' | 'stale';
  /** `truncated.ancestors` looks a thousand levels up. */
  read_thread: Thread | null;
  list_versions: Listed<PostVersion> | null;

  list_posts: Listed<Post>;
  list_top_posts: Listed<Post>;
  list_own_posts: Listed<Post>;
  list_posts_of_user: Listed<Post> | null;
  list_posts_voted_by: Listed<Post> | null;
  list_replies: Listed<Post> | null;
  list_timeline: Listed<Post>;
  list_bookmarks: Listed<Post>;
  list_tags: Listed<TagCount>;
  read_feed:
    | (Listed<Post> & { identity: string; user: Pick<User, 'id' | 'username' | 'created_at'> | null })
    | null;

  add_vote: VoteChange | 'blocked' | null;
  remove_vote: VoteChange | null;
  list_voted_posts: number[];
  list_voters: Listed<User> | null;

  report_post: ReportOutcome;
  report_user: ReportOutcome;
  update_report: { outcome: 'changed'; report: ReportDetails } | { outcome: 'admin_only' | 'not_found' };
  list_reports: Listed<ReportDetails> | null;
  list_audit_entries: Listed<AuditEntry> | null;

  schema_version: string | null;
}

/** The arguments that are JSON. */
export interface JsonArguments {
  create_user: { code: CodeDraft };
  /** A key that is undefined stays as it is. */
  update_me: {
    change: Omit<AccountPatch, 'current_password'>;
    code: CodeDraft;
    reset: AttemptReset;
  };
  delete_me: { reset: AttemptReset };
  export_section: { after: object };
  start_login: { attempt: AttemptRules };
  start_confirmation: { attempt: AttemptRules };
  finish_login: { reset: AttemptReset };
  change_password: { reset: AttemptReset };
  reset_password: { reset: AttemptReset };
  create_reset_code: { code: CodeDraft };
  renew_email_code: { code: CodeDraft };
  update_post: { change: PostPatch & Partial<Named> };
  update_report: { change: ReportChange };
}

/** One page of a list, with one row more if more follow: drizzle/functions/post_lists.sql. */
export interface Listed<Item> {
  items: Item[];
  /** The keys of the first and the last row, null or of nulls if there is none. A row that is being deleted has no item. */
  first: (string | number | null)[] | null;
  last: (string | number | null)[] | null;
  more: boolean;
  beyond: boolean;
  total: number | null;
}

/** An account with its ETag (RFC 9110 §8.8.3); the first number is the account's version. */
export interface TaggedMe {
  me: Me;
  etag: string;
}

/** A post with its ETag; the first number is the version of its text. */
export interface TaggedPost {
  post: Post;
  etag: string;
}

/** `closed`: a large account that is gone for everybody, whose rows `deleteRestOfAccounts` deletes. */
export type Deletion = 'deleted' | 'closed';

/** A part of a list within an export; `next` is null when nothing follows. */
export interface ExportPiece {
  items: unknown[];
  next: object | null;
}

/** Whether a try is allowed; if not, in how many seconds the next one is. */
interface PasswordTry {
  allowed: boolean;
  retry_after: number;
  credentials: Credentials | null;
}

/** What is needed to check a person's password. */
export interface Credentials extends Recipient {
  id: number;
  password_hash: string;
}

/** How many tries a key has without a wait. Each further one doubles the wait, from one second up. */
export interface AttemptRule {
  /** An HMAC that names no person. */
  key: string;
  /** Whether Postgres makes a key for the tried name of it. */
  named: boolean;
  tries: number;
  delay_max_seconds: number;
}

/** The rules under which a try is counted, before it is known whether it is right. */
export interface AttemptRules {
  rules: AttemptRule[];
  forget_seconds: number;
  /** The rule of this key doesn't hold where `known_key` is remembered. Both are for the tried name. */
  exempt_key?: string;
  known_key?: string;
}

/** What a right password or code does to the counters. */
export interface AttemptReset {
  /** The names for which `clear_keys` and `known_keys` hold; none where they hold as they are. */
  names: string[];
  clear_keys: string[];
  /** Counters that one try is taken off. */
  decrement_keys: string[];
  /** Keys to remember for `known_seconds`. */
  known_keys: string[];
  known_seconds: number;
}

/** A new code as it is stored (in hexadecimal), and the limits of mails to an address. */
export interface CodeDraft {
  salt: string;
  digest: string;
  lifetime_seconds: number;
  /** Hashed with an address to make the key of its counter, so that the counters name no address. */
  pepper: string;
  mails_max: number;
  mails_window_seconds: number;
}

/** Whom to mail to. */
interface Recipient {
  email: string;
  username: string;
}

/** Enough was mailed to an address: in how many seconds the next code may be sent. */
export interface MailsExhausted {
  retry_after: number;
}

/** Only somebody who knows the code learns that it has expired. */
type CodeOutcome = 'right' | 'expired' | 'invalid';

/** Of a block or a mute. */
export type HidingChange = 'done' | 'not_found' | 'self';

/** `votes` is the post's exact count after the change. */
export interface VoteChange {
  changed: boolean;
  votes: number;
}

type ReportOutcome =
  | { outcome: 'reported'; report: Report }
  | { outcome: 'not_found' | 'cannot_report_self' | 'already_reported' };
