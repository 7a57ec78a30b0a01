-- Links that prove who opens them, and the letters that carry them.
CREATE TABLE tokens (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
    hash       bytea NOT NULL CHECK (length(hash) = 32),
    email      text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    user_id    bigint REFERENCES users (id),
    payload    jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
    used_at    timestamptz,
    revoked_at timestamptz
);
COMMENT ON TABLE tokens IS 'one-time links: invitations, password resets, confirmations of addresses';
COMMENT ON COLUMN tokens.hash IS 'SHA-256 of the link''s secret; the secret itself is stored nowhere but in the letter';
COMMENT ON COLUMN tokens.email IS 'where the link was sent';
COMMENT ON COLUMN tokens.user_id IS 'whose account it is about; none for people who have no account yet';
COMMENT ON COLUMN tokens.payload IS 'what the link does once opened, such as the role of an invitation';
COMMENT ON COLUMN tokens.revoked_at IS 'taken back, or replaced by a newer one';
CREATE UNIQUE INDEX tokens_hash_key ON tokens (hash);
CREATE INDEX tokens_email_idx ON tokens (kind, lower(email));
CREATE INDEX tokens_user_idx ON tokens (user_id) WHERE user_id IS NOT NULL;

CREATE TABLE mails (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind       text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
    recipient  text NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254),
    subject    text NOT NULL CHECK (length(subject) BETWEEN 1 AND 300),
    body_text  text NOT NULL,
    body_html  text NOT NULL,
    status     text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sending', 'sent', 'failed', 'dead')),
    attempts   integer NOT NULL DEFAULT 0,
    budget     integer NOT NULL DEFAULT 0,
    due_at     timestamptz NOT NULL,
    last_error text,
    via        text CHECK (via IN ('file', 'smtp')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    sent_at    timestamptz,
    CONSTRAINT mails_sent CHECK ((status = 'sent') = (sent_at IS NOT NULL))
);
COMMENT ON TABLE mails IS 'letters of the platform: queued in the transaction that causes them, sent by a worker';
COMMENT ON COLUMN mails.status IS 'queued; sending, until due_at; sent; failed and tried again at due_at; dead: given up';
COMMENT ON COLUMN mails.attempts IS 'attempts ever begun';
COMMENT ON COLUMN mails.budget IS 'attempts after which it is given up';
COMMENT ON COLUMN mails.due_at IS 'next attempt; while sending, when the attempt counts as lost';
COMMENT ON COLUMN mails.via IS 'the transport that took it';
COMMENT ON COLUMN mails.body_text IS 'secrets of links are masked once a mail server has taken the letter';
CREATE INDEX mails_due_idx ON mails (due_at) WHERE status IN ('queued', 'sending', 'failed');
CREATE INDEX mails_status_idx ON mails (status, id);

CREATE TABLE mail_attempts (
    mail_id  bigint NOT NULL REFERENCES mails (id),
    number   integer NOT NULL,
    via      text NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz,
    outcome  text CHECK (outcome IN ('sent', 'refused', 'failed', 'lost')),
    error    text,
    PRIMARY KEY (mail_id, number)
);
COMMENT ON TABLE mail_attempts IS 'written before the transport is called; without an outcome while it runs';
COMMENT ON COLUMN mail_attempts.outcome IS 'sent; refused for good; failed for now; lost: the process ended meanwhile, the letter may have gone out';

ALTER TABLE tokens ENABLE ROW LEVEL SECURITY;
ALTER TABLE mails ENABLE ROW LEVEL SECURITY;
ALTER TABLE mail_attempts ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON tokens USING ((SELECT asking_network()));
CREATE POLICY network_all ON mails USING ((SELECT asking_network()));
-- A change by an affiliate may cause a letter; reading letters is for the network.
CREATE POLICY anyone_queues ON mails FOR INSERT WITH CHECK (
    (SELECT asking_realm()) <> '' AND status = 'queued' AND attempts = 0);
CREATE POLICY network_all ON mail_attempts USING ((SELECT asking_network()));
GRANT SELECT, INSERT, UPDATE ON tokens, mails, mail_attempts TO millrace_app;
