-- Which version of which service was brought into which environment, and how that went.

CREATE TABLE releases (
  id uuid PRIMARY KEY,
  environment_id uuid NOT NULL REFERENCES environments (id),
  service text NOT NULL,
  -- Counts the releases of one service in one environment, from 1.
  number integer NOT NULL,
  idempotency_key text NOT NULL,
  image text NOT NULL,
  kind text NOT NULL,
  state text NOT NULL DEFAULT 'requested',
  -- Of a promotion: the release that was promoted. Of a rollback: the release that was good.
  source_id uuid REFERENCES releases (id),
  -- Of a rollback: the release that it takes back.
  takes_back_id uuid REFERENCES releases (id),
  commit_sha text,
  committed_at timestamptz,
  failure text,
  created_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  finished_at timestamptz,
  CONSTRAINT releases_number_key UNIQUE (environment_id, service, number),
  CONSTRAINT releases_idempotency_key_key UNIQUE (idempotency_key),
  CONSTRAINT releases_kind_check CHECK (kind IN ('release', 'promotion', 'rollback')),
  CONSTRAINT releases_state_check CHECK (state IN ('requested', 'succeeded', 'failed')),
  CONSTRAINT releases_finished_check CHECK ((finished_at IS NULL) = (state = 'requested')),
  CONSTRAINT releases_source_check CHECK ((source_id IS NULL) = (kind = 'release')),
  CONSTRAINT releases_takes_back_check CHECK ((takes_back_id IS NULL) = (kind <> 'rollback'))
);

CREATE INDEX releases_newest_idx ON releases (created_at DESC, id DESC);
CREATE INDEX releases_environment_idx ON releases (environment_id, created_at DESC, id DESC);
CREATE INDEX releases_service_idx ON releases (service, created_at DESC, id DESC);
CREATE INDEX releases_finished_idx ON releases (finished_at);
CREATE INDEX releases_takes_back_idx ON releases (takes_back_id);
