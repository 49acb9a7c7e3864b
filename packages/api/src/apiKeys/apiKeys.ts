import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { ROLES, Role } from '../authorization';
import type { Actor } from '../context';
import { Database, query } from '../database/database';
import { notFound } from '../errors';
import { iso, optional } from '../rows';

/** A key as its administrators see it; the key itself is shown once, when it is made. */
export const apiKeyRecordSchema = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(ROLES),
  /** Whose environments are its own. */
  groups: z.array(z.string()),
  /** The procedures it may call; empty: all that its role may. */
  scopes: z.array(z.string()),
  createdAt: z.string(),
  createdBy: z.string(),
  expiresAt: z.string(),
  /** To the minute. */
  lastUsedAt: z.string().optional(),
  revokedAt: z.string().optional(),
});
export type ApiKeyRecord = z.infer<typeof apiKeyRecordSchema>;

/** A wish for a key. */
export interface NewApiKey {
  name: string;
  role: Role;
  groups: string[];
  scopes: string[];
  expiresAt: Date;
}

interface ApiKeyRow {
  id: string;
  name: string;
  hash: Buffer;
  role: Role;
  groups: string[];
  scopes: string[];
  created_at: Date;
  created_by: string;
  expires_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
}

const COLUMNS =
  'id, name, hash, role, groups, scopes, created_at, created_by, expires_at, last_used_at, revoked_at';
const KEY = /^mlk_([0-9a-f]{16})_[\w-]{43}$/;

/** Whether a token has the form of a key. */
export const isApiKey = (token: string) => token.startsWith('mlk_');

/** Makes a key. The answer is the only place where it can be read. */
export async function createApiKey(
  db: Database,
  wish: NewApiKey,
  createdBy: string,
): Promise<{ key: string; record: ApiKeyRecord }> {
  const id = randomBytes(8).toString('hex');
  const key = `mlk_${id}_${randomBytes(32).toString('base64url')}`;
  const [row] = await query<ApiKeyRow>(
    db,
    `INSERT INTO api_keys (id, name, hash, role, groups, scopes, expires_at, created_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${COLUMNS}`,
    [
      id,
      wish.name,
      hashOf(key),
      wish.role,
      wish.groups,
      wish.scopes,
      wish.expiresAt,
      createdBy,
    ],
  );
  return { key, record: toRecord(row) };
}

/**
 * Whom a key stands for, and writes down that it was used.
 *
 * @returns undefined for a key that never was, was revoked or has expired.
 */
export async function actorOfApiKey(
  db: Database,
  key: string,
): Promise<{ actor: Actor; expiresAt: Date } | undefined> {
  const [, id] = KEY.exec(key) ?? [];
  if (!id) return undefined;
  const [row] = await query<ApiKeyRow>(
    db,
    `SELECT ${COLUMNS} FROM api_keys
     WHERE id = $1 AND revoked_at IS NULL AND expires_at > now()`,
    [id],
  );
  if (!row || !timingSafeEqual(row.hash, hashOf(key))) return undefined;
  await query(
    db,
    `UPDATE api_keys SET last_used_at = now()
     WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
    [id],
  );
  const { name, role, groups, scopes } = row;
  return {
    actor: {
      ref: `key:${name}`,
      groups,
      role,
      scopes: scopes.length > 0 ? scopes : undefined,
    },
    expiresAt: row.expires_at,
  };
}

/** All keys, the newest first; those that can no longer be used, too. */
export async function listApiKeys(db: Database): Promise<ApiKeyRecord[]> {
  const rows = await query<ApiKeyRow>(
    db,
    `SELECT ${COLUMNS} FROM api_keys ORDER BY created_at DESC, id LIMIT 1000`,
  );
  return rows.map(toRecord);
}

/** Makes a key worthless; within half a minute on every replica. @throws NOT_FOUND */
export async function revokeApiKey(
  db: Database,
  id: string,
  revokedBy: string,
): Promise<ApiKeyRecord> {
  const [row] = await query<ApiKeyRow>(
    db,
    `UPDATE api_keys
     SET revoked_at = coalesce(revoked_at, now()), revoked_by = coalesce(revoked_by, $2)
     WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, revokedBy],
  );
  if (!row) {
    throw notFound(
      `There is no key "${id}". Choose one from the list of keys.`,
    );
  }
  return toRecord(row);
}

function hashOf(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}

function toRecord(row: ApiKeyRow): ApiKeyRecord {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    groups: row.groups,
    scopes: row.scopes,
    createdAt: iso(row.created_at),
    createdBy: row.created_by,
    expiresAt: iso(row.expires_at),
    lastUsedAt: optional(row.last_used_at && iso(row.last_used_at)),
    revokedAt: optional(row.revoked_at && iso(row.revoked_at)),
  };
}
