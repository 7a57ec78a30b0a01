-- no-transaction
CREATE INDEX CONCURRENTLY IF NOT EXISTS conversions_decided_idx ON conversions (decided_at) WHERE decided_at IS NOT NULL;
