-- What people are told of: each row is one matter, which comes up again under the same key instead of piling up.
CREATE SEQUENCE notification_seq AS bigint;
GRANT USAGE ON SEQUENCE notification_seq TO millrace_app;

CREATE TABLE notifications (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    realm      text NOT NULL CHECK (realm IN ('network', 'affiliate', 'advertiser', 'buyer')),
    owner_id   bigint NOT NULL DEFAULT 0 CHECK ((realm = 'network') = (owner_id = 0)),
    kind       text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
    tone       text NOT NULL CHECK (tone IN ('info', 'ok', 'warn', 'bad')),
    title      text NOT NULL CHECK (length(title) BETWEEN 1 AND 200),
    body       text NOT NULL DEFAULT '' CHECK (length(body) <= 1000),
    href       text NOT NULL DEFAULT '' CHECK (length(href) <= 500),
    dedupe     text NOT NULL CHECK (length(dedupe) BETWEEN 1 AND 120),
    level      bigint NOT NULL DEFAULT 0,
    seq        bigint NOT NULL DEFAULT nextval('notification_seq'),
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    cleared_at timestamptz,
    UNIQUE (realm, owner_id, dedupe)
);
COMMENT ON TABLE notifications IS 'what people are told of; the kind decides which roles see it';
COMMENT ON COLUMN notifications.owner_id IS 'number of the affiliate, advertiser or buyer; 0 for the network';
COMMENT ON COLUMN notifications.dedupe IS 'the matter: raised again, the row changes instead of a new one coming up';
COMMENT ON COLUMN notifications.level IS 'how grave or how many; a higher one makes the matter new again';
COMMENT ON COLUMN notifications.seq IS 'grows whenever the matter is new again: what was read before is then unread';
COMMENT ON COLUMN notifications.cleared_at IS 'since when it is no longer so; null while it is, and for plain events';
CREATE INDEX notifications_newest_idx ON notifications (realm, owner_id, seq DESC);

CREATE TABLE notification_reads (
    user_id         bigint NOT NULL REFERENCES users (id),
    notification_id bigint NOT NULL REFERENCES notifications (id) ON DELETE CASCADE,
    seq             bigint NOT NULL,
    read_at         timestamptz NOT NULL,
    PRIMARY KEY (user_id, notification_id)
);
COMMENT ON TABLE notification_reads IS 'who has read what, up to which of its numbers';
CREATE INDEX notification_reads_notification_idx ON notification_reads (notification_id);

ALTER TABLE notifications ENABLE ROW LEVEL SECURITY;
ALTER TABLE notification_reads ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON notifications USING ((SELECT asking_network()));
CREATE POLICY own_rows ON notifications FOR SELECT
    USING (realm = (SELECT asking_realm()) AND owner_id = (SELECT asking_owner()));
CREATE POLICY network_all ON notification_reads USING ((SELECT asking_network()));
-- The two tables named here have policies of their own: only one's own people and notifications are found.
CREATE POLICY own_rows ON notification_reads USING (
    EXISTS (SELECT FROM users u WHERE u.id = user_id)
    AND EXISTS (SELECT FROM notifications n WHERE n.id = notification_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON notifications, notification_reads TO millrace_app;

-- A part of a link's code is looked for by its beginning.
CREATE INDEX links_code_prefix_idx ON links (lower(code) text_pattern_ops);
