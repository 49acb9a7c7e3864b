-- The record of environments, their runs, and what happened to them.

CREATE TABLE environments (
  id uuid PRIMARY KEY,
  name text NOT NULL,
  state text NOT NULL,
  state_reason text,
  -- As asked for, to recognise a repeated request; and as placed, with its address range.
  requested_spec jsonb NOT NULL,
  spec jsonb NOT NULL,
  address_range cidr NOT NULL,
  idempotency_key text NOT NULL,
  -- Counts changes of the row, for readers that keep a copy.
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now(),
  updated_at timestamptz NOT NULL DEFAULT now(),
  created_by text NOT NULL,
  CONSTRAINT environments_name_key UNIQUE (name),
  CONSTRAINT environments_idempotency_key_key UNIQUE (idempotency_key),
  CONSTRAINT environments_state_check
    CHECK (state IN ('requested', 'provisioning', 'ready', 'failed')),
  -- Two virtual networks that overlap can never be peered: the database itself keeps them apart.
  CONSTRAINT environments_address_range_excl
    EXCLUDE USING gist (address_range inet_ops WITH &&)
);

-- A registry's name has no dashes, so names that differ only in dashes would share one.
CREATE UNIQUE INDEX environments_registry_key ON environments (replace(name, '-', ''));
CREATE INDEX environments_created_at_idx ON environments (created_at DESC);

CREATE TABLE runs (
  id uuid PRIMARY KEY,
  environment_id uuid NOT NULL REFERENCES environments (id),
  -- Counts the runs of one environment, from 1.
  number integer NOT NULL,
  idempotency_key text NOT NULL,
  -- Azure DevOps' numbers, and the run's page there.
  build_id integer NOT NULL,
  pipeline_id integer NOT NULL,
  url text NOT NULL,
  state text NOT NULL DEFAULT 'queued',
  queued_at timestamptz NOT NULL DEFAULT now(),
  started_at timestamptz,
  finished_at timestamptz,
  stages jsonb NOT NULL DEFAULT '[]',
  plan jsonb,
  failure jsonb,
  -- Following: who reads this run from Azure DevOps until when, when it is read next, and what keeps it from being read.
  lease_holder text,
  lease_until timestamptz,
  next_poll_at timestamptz NOT NULL DEFAULT now(),
  problem jsonb,
  CONSTRAINT runs_number_key UNIQUE (environment_id, number),
  CONSTRAINT runs_build_key UNIQUE (environment_id, build_id),
  CONSTRAINT runs_idempotency_key_key UNIQUE (idempotency_key),
  CONSTRAINT runs_state_check
    CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'canceled'))
);

CREATE INDEX runs_unfinished_idx ON runs (next_poll_at)
  WHERE state IN ('queued', 'running');

-- What happened, each event once and in order. Rows are only ever added.
CREATE TABLE events (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  environment_id uuid NOT NULL REFERENCES environments (id),
  run_id uuid REFERENCES runs (id),
  at timestamptz NOT NULL DEFAULT now(),
  kind text NOT NULL,
  message text NOT NULL,
  -- The person or service whose request it was; none when it happened by itself.
  actor text
);

CREATE INDEX events_environment_idx ON events (environment_id, id);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are only ever added';
END
$$;

CREATE TRIGGER events_append_only BEFORE UPDATE OR DELETE ON events
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
