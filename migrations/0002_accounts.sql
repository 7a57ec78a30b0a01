CREATE TABLE advertisers (
    id          bigint PRIMARY KEY,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    status      text NOT NULL DEFAULT 'active' CHECK (status IN ('pending', 'active', 'paused', 'closed')),
    contact_email text CHECK (length(contact_email) <= 254),
    website     text CHECK (length(website) <= 500),
    notes       text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
COMMENT ON TABLE advertisers IS 'who pays for results';
CREATE UNIQUE INDEX advertisers_name_key ON advertisers (lower(name));

CREATE TABLE affiliates (
    id          bigint PRIMARY KEY,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    status      text NOT NULL DEFAULT 'active' CHECK (status IN ('pending', 'active', 'paused', 'closed')),
    contact_email text CHECK (length(contact_email) <= 254),
    country     text CHECK (country ~ '^[A-Z]{2}$'),
    notes       text NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
COMMENT ON TABLE affiliates IS 'who brings traffic and is paid for results';
COMMENT ON COLUMN affiliates.notes IS 'for the network''s people only';
CREATE UNIQUE INDEX affiliates_name_key ON affiliates (lower(name));

CREATE TABLE buyers (
    id          bigint PRIMARY KEY,
    name        text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    status      text NOT NULL DEFAULT 'active' CHECK (status IN ('pending', 'active', 'paused', 'closed')),
    contact_email text CHECK (length(contact_email) <= 254),
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL
);
COMMENT ON TABLE buyers IS 'who buys leads';
CREATE UNIQUE INDEX buyers_name_key ON buyers (lower(name));

CREATE TABLE users (
    id            bigint PRIMARY KEY,
    email         text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    name          text NOT NULL DEFAULT '' CHECK (length(name) <= 200),
    password_hash text NOT NULL,
    role          text NOT NULL CHECK (role IN ('admin', 'affiliate_manager', 'finance', 'affiliate', 'advertiser', 'buyer')),
    affiliate_id  bigint REFERENCES affiliates (id),
    advertiser_id bigint REFERENCES advertisers (id),
    buyer_id      bigint REFERENCES buyers (id),
    status        text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'disabled')),
    time_zone     text NOT NULL DEFAULT 'UTC' CHECK (length(time_zone) <= 64),
    session_epoch integer NOT NULL DEFAULT 0,
    last_sign_in_at timestamptz,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    CONSTRAINT users_owner CHECK (
        CASE role
            WHEN 'affiliate' THEN affiliate_id IS NOT NULL AND advertiser_id IS NULL AND buyer_id IS NULL
            WHEN 'advertiser' THEN advertiser_id IS NOT NULL AND affiliate_id IS NULL AND buyer_id IS NULL
            WHEN 'buyer' THEN buyer_id IS NOT NULL AND affiliate_id IS NULL AND advertiser_id IS NULL
            ELSE affiliate_id IS NULL AND advertiser_id IS NULL AND buyer_id IS NULL
        END)
);
COMMENT ON TABLE users IS 'people who sign in; the role decides the portal';
COMMENT ON COLUMN users.session_epoch IS 'raised to end every session of the user at once';
CREATE UNIQUE INDEX users_email_key ON users (lower(email));

ALTER TABLE advertisers ENABLE ROW LEVEL SECURITY;
ALTER TABLE affiliates ENABLE ROW LEVEL SECURITY;
ALTER TABLE buyers ENABLE ROW LEVEL SECURITY;
ALTER TABLE users ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON advertisers USING ((SELECT asking_network()));
CREATE POLICY own_row ON advertisers FOR SELECT USING ((SELECT asking_realm()) = 'advertiser' AND id = (SELECT asking_owner()));
CREATE POLICY network_all ON affiliates USING ((SELECT asking_network()));
CREATE POLICY own_row ON affiliates FOR SELECT USING ((SELECT asking_realm()) = 'affiliate' AND id = (SELECT asking_owner()));
CREATE POLICY network_all ON buyers USING ((SELECT asking_network()));
CREATE POLICY own_row ON buyers FOR SELECT USING ((SELECT asking_realm()) = 'buyer' AND id = (SELECT asking_owner()));
CREATE POLICY network_all ON users USING ((SELECT asking_network()));
CREATE POLICY own_row ON users FOR SELECT USING (
    CASE (SELECT asking_realm())
        WHEN 'affiliate' THEN affiliate_id = (SELECT asking_owner())
        WHEN 'advertiser' THEN advertiser_id = (SELECT asking_owner())
        WHEN 'buyer' THEN buyer_id = (SELECT asking_owner())
        ELSE false
    END);
GRANT SELECT, INSERT, UPDATE ON advertisers, affiliates, buyers, users TO millrace_app;
