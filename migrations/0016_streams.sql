-- Numbers of a spool that takes the place of a lost one begin behind all that the lost one can have used. How much is
-- to be read is counted from there, and a position before it says nothing about what comes.
ALTER TABLE producers ADD COLUMN began_seq bigint NOT NULL DEFAULT 1;
COMMENT ON COLUMN producers.began_seq IS 'number of the first event of the spool behind the stream';
