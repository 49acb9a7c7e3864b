-- Stages are read as a whole and never looked into. As json PostgreSQL keeps their text and answers with it; as jsonb it
-- would write it anew for every reader, which is most of the work of a list.
ALTER TABLE runs ALTER COLUMN stages DROP DEFAULT;
ALTER TABLE runs ALTER COLUMN stages TYPE json USING stages::json;
ALTER TABLE runs ALTER COLUMN stages SET DEFAULT '[]';
