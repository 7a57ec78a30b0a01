-- What stands between a password and a portal: second factors, sessions that can be ended, attempts that are counted.
CREATE TABLE user_totp (
    user_id      bigint PRIMARY KEY REFERENCES users (id),
    secret       bytea NOT NULL CHECK (length(secret) BETWEEN 40 AND 200),
    last_step    bigint NOT NULL DEFAULT 0,
    created_at   timestamptz NOT NULL,
    confirmed_at timestamptz
);
COMMENT ON TABLE user_totp IS 'authenticator apps: one secret a person; without confirmed_at it is being set up and opens nothing';
COMMENT ON COLUMN user_totp.secret IS 'sealed with the secret key of the installation, which is not in the database';
COMMENT ON COLUMN user_totp.last_step IS 'the time step (30 s) of the last code taken; codes of it and of earlier ones are refused';

CREATE TABLE recovery_codes (
    user_id    bigint NOT NULL REFERENCES users (id),
    hash       bytea NOT NULL CHECK (length(hash) = 32),
    created_at timestamptz NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (user_id, hash)
);
COMMENT ON TABLE recovery_codes IS 'each opens the second step once, when the authenticator is lost';
COMMENT ON COLUMN recovery_codes.hash IS 'SHA-256 of the code, which has 80 bits of chance and is shown once';

CREATE TABLE user_sessions (
    id            bigint PRIMARY KEY,
    user_id       bigint NOT NULL REFERENCES users (id),
    epoch         integer NOT NULL,
    created_at    timestamptz NOT NULL,
    last_seen_at  timestamptz NOT NULL,
    expires_at    timestamptz NOT NULL,
    confirmed_at  timestamptz NOT NULL,
    ip            inet,
    user_agent    text NOT NULL DEFAULT '' CHECK (length(user_agent) <= 400),
    two_step      boolean NOT NULL DEFAULT false,
    ended_at      timestamptz,
    viewing       bigint REFERENCES affiliates (id),
    viewing_until timestamptz,
    CONSTRAINT user_sessions_viewing CHECK ((viewing IS NULL) = (viewing_until IS NULL))
);
COMMENT ON TABLE user_sessions IS 'every session from sign-in to its end; the cookie''s id is in Redis only, and a session that has ended here is refused whatever Redis says';
COMMENT ON COLUMN user_sessions.epoch IS 'the user''s session_epoch at sign-in; ended when that has grown';
COMMENT ON COLUMN user_sessions.expires_at IS 'moves on with use, up to the longest life of a session';
COMMENT ON COLUMN user_sessions.confirmed_at IS 'when the person last proved to be there, with a password or a code';
COMMENT ON COLUMN user_sessions.two_step IS 'opened with a second step';
COMMENT ON COLUMN user_sessions.viewing IS 'the affiliate whose portal is being looked at, read-only';
CREATE INDEX user_sessions_user_idx ON user_sessions (user_id, created_at) WHERE ended_at IS NULL;
CREATE INDEX user_sessions_old_idx ON user_sessions (expires_at);

CREATE TABLE sign_in_failures (
    kind         text NOT NULL CHECK (kind IN ('account', 'address')),
    key          bytea NOT NULL CHECK (length(key) = 32),
    failures     integer NOT NULL CHECK (failures > 0),
    last_at      timestamptz NOT NULL,
    locked_until timestamptz,
    PRIMARY KEY (kind, key)
);
COMMENT ON TABLE sign_in_failures IS 'wrong passwords and codes in a row, over all nodes; forgotten after a day without one';
COMMENT ON COLUMN sign_in_failures.key IS 'SHA-256 of the email address typed, lower case, or of the visitor''s address; of unknown accounts as well';
COMMENT ON COLUMN sign_in_failures.locked_until IS 'nobody gets in before, not even with the right password';
CREATE INDEX sign_in_failures_old_idx ON sign_in_failures (last_at);

-- All of it is read and written while nobody's realm is known yet, or for the person itself: as the network.
ALTER TABLE user_totp ENABLE ROW LEVEL SECURITY;
ALTER TABLE recovery_codes ENABLE ROW LEVEL SECURITY;
ALTER TABLE user_sessions ENABLE ROW LEVEL SECURITY;
ALTER TABLE sign_in_failures ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON user_totp USING ((SELECT asking_network()));
CREATE POLICY network_all ON recovery_codes USING ((SELECT asking_network()));
CREATE POLICY network_all ON user_sessions USING ((SELECT asking_network()));
CREATE POLICY network_all ON sign_in_failures USING ((SELECT asking_network()));
GRANT SELECT, INSERT, UPDATE, DELETE ON user_totp, recovery_codes, sign_in_failures, user_sessions TO millrace_app;
