CREATE TABLE api_keys (
    id           bigint PRIMARY KEY,
    realm        text NOT NULL CHECK (realm IN ('network', 'affiliate', 'advertiser', 'buyer')),
    owner_id     bigint NOT NULL,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    hash         bytea NOT NULL CHECK (octet_length(hash) = 32),
    prefix       text NOT NULL CHECK (length(prefix) BETWEEN 1 AND 20),
    last4        text NOT NULL CHECK (length(last4) = 4),
    scopes       text[] NOT NULL CHECK (cardinality(scopes) BETWEEN 1 AND 100),
    networks     cidr[] NOT NULL DEFAULT '{}' CHECK (cardinality(networks) <= 50),
    created_by   bigint REFERENCES users (id),
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz,
    last_used_at timestamptz,
    last_used_ip inet,
    revoked_at   timestamptz,
    successor_id bigint REFERENCES api_keys (id),
    CONSTRAINT api_keys_owner CHECK ((realm = 'network') = (owner_id = 0))
);
COMMENT ON TABLE api_keys IS 'keys of the REST API; the key itself is stored nowhere';
COMMENT ON COLUMN api_keys.owner_id IS 'number of the affiliate, advertiser or buyer whose rows the key sees; 0 for the network';
COMMENT ON COLUMN api_keys.hash IS 'SHA-256 of the whole key: 178 bits of chance need no slow hash';
COMMENT ON COLUMN api_keys.last4 IS 'last characters of the key''s checksum, to tell keys apart';
COMMENT ON COLUMN api_keys.scopes IS 'what it may do, such as links:read';
COMMENT ON COLUMN api_keys.networks IS 'addresses it may come from; empty for any';
COMMENT ON COLUMN api_keys.created_by IS 'the key ends with this person''s access; null for the command line';
COMMENT ON COLUMN api_keys.last_used_at IS 'written at most once a minute';
COMMENT ON COLUMN api_keys.successor_id IS 'the key that replaces this one; both work until this one expires';
CREATE UNIQUE INDEX api_keys_hash_key ON api_keys (hash);
CREATE INDEX api_keys_owner_idx ON api_keys (realm, owner_id, id);
CREATE INDEX api_keys_creator_idx ON api_keys (created_by);

CREATE TABLE idempotency_keys (
    realm        text NOT NULL,
    owner_id     bigint NOT NULL,
    key          text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
    route        text NOT NULL,
    body_hash    bytea NOT NULL CHECK (octet_length(body_hash) = 32),
    status       smallint NOT NULL CHECK (status BETWEEN 200 AND 299),
    location     text,
    response     bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL CHECK (expires_at >= created_at + interval '24 hours'),
    PRIMARY KEY (realm, owner_id, key)
);
COMMENT ON TABLE idempotency_keys IS 'answers to writes of the API, stored in the transaction of the write, to give again';
COMMENT ON COLUMN idempotency_keys.route IS 'method and path of the write';
COMMENT ON COLUMN idempotency_keys.body_hash IS 'SHA-256 of the body: the same key with another one is a mistake';
CREATE INDEX idempotency_keys_expires_idx ON idempotency_keys (expires_at);

ALTER TABLE api_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE idempotency_keys ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON api_keys USING ((SELECT asking_network()));
CREATE POLICY own_keys ON api_keys
    USING (realm = (SELECT asking_realm()) AND owner_id = (SELECT asking_owner()));
CREATE POLICY network_all ON idempotency_keys USING ((SELECT asking_network()));
CREATE POLICY own_answers ON idempotency_keys
    USING (realm = (SELECT asking_realm()) AND owner_id = (SELECT asking_owner()));
-- What a key is and whose it is, never changes.
GRANT SELECT, INSERT, UPDATE (expires_at, last_used_at, last_used_ip, revoked_at, successor_id) ON api_keys TO millrace_app;
GRANT SELECT, INSERT, DELETE ON idempotency_keys TO millrace_app;
