-- What environments use and cost, day by day.
CREATE TABLE usage (
  environment_id uuid NOT NULL REFERENCES environments (id),
  day date NOT NULL,
  nodes integer NOT NULL,
  cpu_hours double precision NOT NULL,
  cost double precision NOT NULL,
  currency text NOT NULL,
  -- Where the cost is from; the rest is always estimated.
  source text NOT NULL,
  PRIMARY KEY (environment_id, day),
  CONSTRAINT usage_source_check CHECK (source IN ('estimate', 'azure'))
);
