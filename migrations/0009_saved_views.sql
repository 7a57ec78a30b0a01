CREATE TABLE saved_views (
    id          bigint PRIMARY KEY,
    user_id     bigint NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    realm       text NOT NULL CHECK (realm IN ('network', 'affiliate', 'advertiser', 'buyer')),
    owner       bigint NOT NULL,
    list        text NOT NULL CHECK (list ~ '^[a-z_]{1,40}$'),
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    query       text NOT NULL CHECK (length(query) <= 4000),
    shared      boolean NOT NULL DEFAULT false,
    is_default  boolean NOT NULL DEFAULT false,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
COMMENT ON TABLE saved_views IS 'lists as people saved them: filters, order, columns';
COMMENT ON COLUMN saved_views.realm IS 'with owner: whose people may see it, as app.realm and app.owner name them';
COMMENT ON COLUMN saved_views.owner IS '0 for the network';
COMMENT ON COLUMN saved_views.list IS 'key of the list';
COMMENT ON COLUMN saved_views.query IS 'as in an address, without question mark';
COMMENT ON COLUMN saved_views.shared IS 'everybody of the same realm and owner may use it; else only who saved it';
COMMENT ON COLUMN saved_views.is_default IS 'opens with the list, for who saved it';
CREATE UNIQUE INDEX saved_views_name_key ON saved_views (user_id, list, lower(name));
CREATE UNIQUE INDEX saved_views_default_key ON saved_views (user_id, list) WHERE is_default;
CREATE INDEX saved_views_shared_idx ON saved_views (realm, owner, list) WHERE shared;

ALTER TABLE saved_views ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_realm ON saved_views
    USING (realm = (SELECT asking_realm()) AND owner = (SELECT asking_owner()))
    WITH CHECK (realm = (SELECT asking_realm()) AND owner = (SELECT asking_owner()));
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_views TO millrace_app;
