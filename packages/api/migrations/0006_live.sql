-- Changes reach whoever listens, and address ranges can be reserved before there is an environment.

-- The ids of events are given in the order in which their transactions commit: whoever writes events has the lock, from
-- before the first id is taken until the commit. A reader who has seen an id then never finds a smaller one later, and
-- "all after this id" misses nothing. Commits that notify stand in one queue in PostgreSQL anyhow.
CREATE FUNCTION queue_for_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('moorline-events:' || TG_TABLE_SCHEMA, 0));
  RETURN NULL;
END
$$;

CREATE TRIGGER events_in_order BEFORE INSERT ON events
  FOR EACH STATEMENT EXECUTE FUNCTION queue_for_events();

-- Says that there is something to read; what it is stands in the table. Sent at the commit, once for each transaction.
CREATE FUNCTION tell_of_events() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('moorline_events', '');
  RETURN NULL;
END
$$;

CREATE TRIGGER events_told AFTER INSERT ON events
  FOR EACH STATEMENT EXECUTE FUNCTION tell_of_events();

CREATE TRIGGER events_never_emptied BEFORE TRUNCATE ON events
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Counts the changes of a run that a reader sees; who follows it holds the lease without changing it.
ALTER TABLE runs ADD COLUMN revision integer NOT NULL DEFAULT 1;

CREATE FUNCTION tell_of_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (NEW.state, NEW.started_at, NEW.finished_at, NEW.stages::text, NEW.plan, NEW.failure, NEW.problem)
     IS DISTINCT FROM
     (OLD.state, OLD.started_at, OLD.finished_at, OLD.stages::text, OLD.plan, OLD.failure, OLD.problem) THEN
    NEW.revision := OLD.revision + 1;
    PERFORM pg_notify('moorline_runs', NEW.id::text);
  END IF;
  RETURN NEW;
END
$$;

CREATE TRIGGER runs_told BEFORE UPDATE ON runs
  FOR EACH ROW EXECUTE FUNCTION tell_of_run();

CREATE INDEX runs_newest_idx ON runs (queued_at DESC, id DESC);

-- Every range that is taken, by an environment or by somebody who keeps it for one to come: none overlaps another.
CREATE TABLE address_ranges (
  range cidr PRIMARY KEY,
  -- Of a reservation; none of them where an environment took the range without one.
  idempotency_key text,
  owner text,
  purpose text,
  reserved_by text,
  reserved_at timestamptz,
  CONSTRAINT address_ranges_idempotency_key_key UNIQUE (idempotency_key),
  CONSTRAINT address_ranges_reservation_check
    CHECK (num_nulls(idempotency_key, owner, purpose, reserved_by, reserved_at) IN (0, 5)),
  CONSTRAINT address_ranges_excl EXCLUDE USING gist (range inet_ops WITH &&)
);

INSERT INTO address_ranges (range)
  SELECT address_range FROM environments WHERE address_range IS NOT NULL;

-- The range of an environment is one of them, and of no other environment.
ALTER TABLE environments DROP CONSTRAINT environments_address_range_excl;
ALTER TABLE environments ADD CONSTRAINT environments_address_range_key UNIQUE (address_range);
ALTER TABLE environments ADD CONSTRAINT environments_address_range_fkey
  FOREIGN KEY (address_range) REFERENCES address_ranges (range);
