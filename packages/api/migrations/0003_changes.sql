-- Environments change, expire and are retired.

ALTER TABLE environments DROP CONSTRAINT environments_state_check;
ALTER TABLE environments ADD CONSTRAINT environments_state_check
  CHECK (state IN ('requested', 'provisioning', 'ready', 'failed', 'retiring', 'retired'));

ALTER TABLE environments ADD COLUMN expires_at timestamptz;

-- A retired environment gives its range back.
ALTER TABLE environments ALTER COLUMN address_range DROP NOT NULL;
ALTER TABLE environments ADD CONSTRAINT environments_address_range_check
  CHECK ((address_range IS NULL) = (state = 'retired'));

-- What a run is for: to make the environment what it should be, or to take it down.
ALTER TABLE runs ADD COLUMN purpose text NOT NULL DEFAULT 'apply';
ALTER TABLE runs ADD CONSTRAINT runs_purpose_check CHECK (purpose IN ('apply', 'retire'));

-- What became of each field that changed: {"size": {"from": "small", "to": "large"}}.
ALTER TABLE events ADD COLUMN difference jsonb;

-- Those that live are never many, as addresses are limited; those that are retired only grow.
DROP INDEX environments_created_at_idx;
CREATE INDEX environments_live_idx ON environments (created_at DESC, id DESC)
  WHERE state <> 'retired';
CREATE INDEX environments_retired_idx ON environments (created_at DESC, id DESC)
  WHERE state = 'retired';
CREATE INDEX environments_expiry_idx ON environments (expires_at)
  WHERE state <> 'retired';
