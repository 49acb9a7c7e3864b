-- Azure DevOps forgets runs after a while; what is kept of them elsewhere, and where.
ALTER TABLE runs ADD COLUMN archive text;
