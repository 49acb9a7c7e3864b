-- Keys of machines that call the API. Of a key itself only its hash is kept: nobody can read it from here.

CREATE TABLE api_keys (
  id text PRIMARY KEY,
  name text NOT NULL,
  -- SHA-256; the key is random and long, so that there is nothing to guess.
  hash bytea NOT NULL,
  role text NOT NULL,
  -- Whose environments are its own.
  groups text[] NOT NULL,
  -- The procedures it may call, as 'runs.record' or 'runs.*'; none: all that its role may.
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  expires_at timestamptz NOT NULL,
  last_used_at timestamptz,
  revoked_at timestamptz,
  revoked_by text,
  CONSTRAINT api_keys_hash_check CHECK (length(hash) = 32),
  CONSTRAINT api_keys_role_check
    CHECK (role IN ('reader', 'member', 'pipeline', 'operator'))
);

CREATE INDEX api_keys_created_at_idx ON api_keys (created_at DESC, id);
