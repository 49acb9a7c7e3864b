import { hostname } from 'os';
import { initTRPC, TRPCError } from '@trpc/server';
import { z } from 'zod';
import type { Database } from './database';

/** The image's version; put in when it is built. */
declare const IMAGE_VERSION: string;

/** What every call is given. */
export interface Context {
  database?: Database;
}

const t = initTRPC.context<Context>().create();

const stored = t.procedure.use(({ ctx, next }) => {
  const { database } = ctx;
  if (!database) {
    throw new TRPCError({
      code: 'PRECONDITION_FAILED',
      message: 'This release has no database: set DATABASE_URL or PGHOST',
    });
  }
  return next({ ctx: { pool: database.pool } });
});

interface Note {
  id: string;
  text: string;
  createdAt: Date;
}
const NOTE = 'id, text, created_at AS "createdAt"';

/** The example API. */
export const router = t.router({
  /** What answers: a release shows by the version, a rolling one by the pods. */
  about: t.procedure.query(() => ({
    name: 'trpc-api',
    version: IMAGE_VERSION,
    pod: hostname(),
    environment: process.env.MOORLINE_ENVIRONMENT,
  })),
  greet: t.procedure
    .input(z.object({ name: z.string().min(1).max(100) }))
    .query(({ input }) => `Hello, ${input.name}.`),
  notes: t.router({
    add: stored
      .input(z.object({ text: z.string().min(1).max(1000) }))
      .mutation(async ({ ctx, input }) => {
        const { rows } = await ctx.pool.query<Note>(
          `INSERT INTO notes (text) VALUES ($1) RETURNING ${NOTE}`,
          [input.text],
        );
        return rows[0];
      }),
    /** Newest first. */
    list: stored
      .input(
        z.object({ limit: z.int().min(1).max(100).default(20) }).optional(),
      )
      .query(async ({ ctx, input }) => {
        const { rows } = await ctx.pool.query<Note>(
          `SELECT ${NOTE} FROM notes ORDER BY id DESC LIMIT $1`,
          [input?.limit ?? 20],
        );
        return rows;
      }),
  }),
});

/** Type of the example API, for its clients. */
export type ExampleRouter = typeof router;
