CREATE TABLE campaigns (
    id              bigint PRIMARY KEY,
    advertiser_id   bigint NOT NULL REFERENCES advertisers (id),
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    description     text NOT NULL DEFAULT '' CHECK (length(description) <= 10000),
    status          text NOT NULL DEFAULT 'draft' CHECK (status IN ('draft', 'active', 'paused', 'archived')),
    visibility      text NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'apply', 'private')),
    currency        text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    destination_url text NOT NULL CHECK (length(destination_url) BETWEEN 8 AND 2000),
    deep_link_hosts text[] NOT NULL DEFAULT '{}',
    pass_through    boolean NOT NULL DEFAULT false,
    attribution_window_secs bigint NOT NULL DEFAULT 2592000 CHECK (attribution_window_secs BETWEEN 60 AND 34560000),
    postback_token  text CHECK (length(postback_token) BETWEEN 8 AND 128),
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL
);
COMMENT ON TABLE campaigns IS 'an offer of an advertiser';
COMMENT ON COLUMN campaigns.destination_url IS 'where clicks go, with macros';
COMMENT ON COLUMN campaigns.deep_link_hosts IS 'hosts that deep links may lead to; a leading dot allows subdomains';
COMMENT ON COLUMN campaigns.pass_through IS 'hand unknown query parameters on to the destination';
COMMENT ON COLUMN campaigns.attribution_window_secs IS 'how long after the click a conversion still counts';
COMMENT ON COLUMN campaigns.postback_token IS 'secret that conversion reports must carry, if set';
CREATE UNIQUE INDEX campaigns_name_key ON campaigns (advertiser_id, lower(name));
CREATE INDEX campaigns_status_idx ON campaigns (status, id);

CREATE TABLE goals (
    id             bigint PRIMARY KEY,
    campaign_id    bigint NOT NULL REFERENCES campaigns (id),
    code           text NOT NULL CHECK (code ~ '^[a-z0-9_-]{1,40}$'),
    name           text NOT NULL CHECK (length(name) BETWEEN 1 AND 100),
    is_default     boolean NOT NULL DEFAULT false,
    revenue_kind   text NOT NULL CHECK (revenue_kind IN ('fixed', 'share')),
    revenue_value  bigint NOT NULL CHECK (revenue_value >= 0),
    payout_kind    text NOT NULL CHECK (payout_kind IN ('fixed', 'share')),
    payout_value   bigint NOT NULL CHECK (payout_value >= 0),
    position       integer NOT NULL DEFAULT 0,
    UNIQUE (campaign_id, code)
);
COMMENT ON TABLE goals IS 'results of a campaign that are paid for';
COMMENT ON COLUMN goals.revenue_value IS 'fixed: minor units of the campaign''s currency; share: millionths of the reported amount';
COMMENT ON COLUMN goals.payout_value IS 'as revenue_value, for the affiliate';
CREATE UNIQUE INDEX goals_one_default ON goals (campaign_id) WHERE is_default;

CREATE TABLE campaign_access (
    campaign_id  bigint NOT NULL REFERENCES campaigns (id),
    affiliate_id bigint NOT NULL REFERENCES affiliates (id),
    status       text NOT NULL CHECK (status IN ('applied', 'approved', 'refused')),
    note         text NOT NULL DEFAULT '' CHECK (length(note) <= 2000),
    created_at   timestamptz NOT NULL,
    decided_at   timestamptz,
    PRIMARY KEY (campaign_id, affiliate_id)
);
COMMENT ON TABLE campaign_access IS 'affiliates'' permission to run campaigns that are not public';
CREATE INDEX campaign_access_affiliate_idx ON campaign_access (affiliate_id);

CREATE TABLE links (
    id           bigint PRIMARY KEY,
    code         text NOT NULL UNIQUE CHECK (code ~ '^[A-Za-z0-9_-]{3,40}$'),
    campaign_id  bigint NOT NULL REFERENCES campaigns (id),
    affiliate_id bigint NOT NULL REFERENCES affiliates (id),
    status       text NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'paused')),
    destination_url text CHECK (length(destination_url) BETWEEN 8 AND 2000),
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    UNIQUE (campaign_id, affiliate_id)
);
COMMENT ON TABLE links IS 'one affiliate''s tracked way into one campaign';
COMMENT ON COLUMN links.destination_url IS 'replaces the campaign''s destination, if set';
CREATE INDEX links_affiliate_idx ON links (affiliate_id);

ALTER TABLE campaigns ENABLE ROW LEVEL SECURITY;
ALTER TABLE goals ENABLE ROW LEVEL SECURITY;
ALTER TABLE campaign_access ENABLE ROW LEVEL SECURITY;
ALTER TABLE links ENABLE ROW LEVEL SECURITY;

CREATE POLICY network_all ON links USING ((SELECT asking_network()));
CREATE POLICY own_affiliate_read ON links FOR SELECT
    USING ((SELECT asking_realm()) = 'affiliate' AND affiliate_id = (SELECT asking_owner()));
-- An affiliate may take a link to its campaign's destination; changing one is for the network.
CREATE POLICY own_affiliate_take ON links FOR INSERT WITH CHECK (
    (SELECT asking_realm()) = 'affiliate' AND affiliate_id = (SELECT asking_owner())
    AND status = 'active' AND destination_url IS NULL);
CREATE POLICY network_all ON campaign_access USING ((SELECT asking_network()));
CREATE POLICY own_affiliate_read ON campaign_access FOR SELECT
    USING ((SELECT asking_realm()) = 'affiliate' AND affiliate_id = (SELECT asking_owner()));
-- An affiliate may ask, never decide.
CREATE POLICY own_affiliate_apply ON campaign_access FOR INSERT WITH CHECK (
    (SELECT asking_realm()) = 'affiliate' AND affiliate_id = (SELECT asking_owner()) AND status = 'applied');
CREATE POLICY network_all ON campaigns USING ((SELECT asking_network()));
-- Affiliates see what they may run or ask for, and what they already have a link to.
CREATE POLICY affiliate_reads ON campaigns FOR SELECT USING (
    (SELECT asking_realm()) = 'affiliate' AND (
        (status = 'active' AND visibility IN ('public', 'apply'))
        OR EXISTS (SELECT FROM links l WHERE l.campaign_id = campaigns.id)
        OR EXISTS (SELECT FROM campaign_access a WHERE a.campaign_id = campaigns.id AND a.status = 'approved')));
CREATE POLICY own_advertiser ON campaigns FOR SELECT
    USING ((SELECT asking_realm()) = 'advertiser' AND advertiser_id = (SELECT asking_owner()));
CREATE POLICY network_all ON goals USING ((SELECT asking_network()));
CREATE POLICY with_campaign ON goals FOR SELECT USING (
    (SELECT asking_realm()) IN ('affiliate', 'advertiser') AND EXISTS (SELECT FROM campaigns c WHERE c.id = goals.campaign_id));
GRANT SELECT, INSERT, UPDATE ON campaigns, goals, campaign_access, links TO millrace_app;
GRANT DELETE ON goals TO millrace_app;

CREATE TABLE config_version (
    one     boolean PRIMARY KEY DEFAULT true CHECK (one),
    version bigint NOT NULL
);
COMMENT ON TABLE config_version IS 'raised in the transaction of every change the hot path must learn of';
INSERT INTO config_version (version) VALUES (1);
GRANT SELECT, UPDATE ON config_version TO millrace_app;

CREATE TABLE settings (
    key   text PRIMARY KEY,
    value jsonb NOT NULL
);
COMMENT ON TABLE settings IS 'network-wide settings: network_name, time_zone, fallback_url, currency; secrets: click_key (hex), session_key';
ALTER TABLE settings ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON settings USING ((SELECT asking_network()));
GRANT SELECT, INSERT, UPDATE ON settings TO millrace_app;

CREATE TABLE audit_log (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    actor_id   bigint,
    actor      text NOT NULL,
    ip         inet,
    request_id text,
    action     text NOT NULL,
    object     text NOT NULL,
    before     jsonb,
    after      jsonb
);
COMMENT ON TABLE audit_log IS 'every change: who, when, from where, what, before and after; append only';
COMMENT ON COLUMN audit_log.object IS 'prefixed id of the object, such as camp_…';
CREATE INDEX audit_log_object_idx ON audit_log (object, id);
ALTER TABLE audit_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_read ON audit_log FOR SELECT USING ((SELECT asking_network()));
CREATE POLICY anyone_adds ON audit_log FOR INSERT WITH CHECK (true);
GRANT SELECT, INSERT ON audit_log TO millrace_app;
