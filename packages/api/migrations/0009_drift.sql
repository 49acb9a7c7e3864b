-- What other hands changed in Azure, as the last look at it found.
ALTER TABLE environments ADD COLUMN drift jsonb;

-- Runs that look and change nothing. The last run of an environment is the last of the others.
ALTER TABLE runs DROP CONSTRAINT runs_purpose_check;
ALTER TABLE runs ADD CONSTRAINT runs_purpose_check CHECK (purpose IN ('apply', 'retire', 'drift'));
CREATE INDEX runs_last_idx ON runs (environment_id, number DESC) WHERE purpose <> 'drift';
