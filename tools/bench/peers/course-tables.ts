// The tables of the courses, as Drizzle has them, for the programs that use it.
import { boolean, integer, pgTable, primaryKey, serial, timestamp, varchar } from 'drizzle-orm/pg-core';

export const users = pgTable('users', {
  id: serial().primaryKey(),
  email: varchar().notNull().unique(),
  password: varchar().notNull(),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
});

export const posts = pgTable('posts', {
  id: serial().primaryKey(),
  title: varchar().notNull(),
  content: varchar().notNull(),
  published: boolean().notNull().default(true),
  created_at: timestamp({ withTimezone: true }).notNull().defaultNow(),
  owner_id: integer()
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
});

export const votes = pgTable(
  'votes',
  {
    user_id: integer()
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    post_id: integer()
      .notNull()
      .references(() => posts.id, { onDelete: 'cascade' }),
  },
  (t) => [primaryKey({ columns: [t.user_id, t.post_id] })],
);
