-- Who asks as a person, what of a campaign only the network may read, and lines of the log that say whose they are.
--
-- A node of the version before cannot load links once this has run: two columns are gone. It goes on with those it has
-- until it is started again, which is better than taking reports without their token.

CREATE FUNCTION asking_user() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.user', true), '')::bigint $$;
COMMENT ON FUNCTION asking_user IS 'number of the signed-in person behind the transaction; null for keys of the API, jobs and the command line';

-- Views belong to a person; the others of the same account read those that are shared.
DROP POLICY own_realm ON saved_views;
CREATE POLICY own_and_shared ON saved_views FOR SELECT USING (
    realm = (SELECT asking_realm()) AND owner = (SELECT asking_owner())
    AND (shared OR user_id = (SELECT asking_user())));
CREATE POLICY own_insert ON saved_views FOR INSERT WITH CHECK (
    realm = (SELECT asking_realm()) AND owner = (SELECT asking_owner()) AND user_id = (SELECT asking_user()));
CREATE POLICY own_update ON saved_views FOR UPDATE USING (
    realm = (SELECT asking_realm()) AND owner = (SELECT asking_owner()) AND user_id = (SELECT asking_user()));
CREATE POLICY own_delete ON saved_views FOR DELETE USING (
    realm = (SELECT asking_realm()) AND owner = (SELECT asking_owner()) AND user_id = (SELECT asking_user()));

-- Nobody makes a key in another person's name, whichever realm asks: its rights follow that person's.
CREATE POLICY by_asker ON api_keys AS RESTRICTIVE FOR INSERT
    WITH CHECK (created_by IS NOT DISTINCT FROM (SELECT asking_user()));

-- Lines of the log say in which realm they were written. The network's own code also writes for people who are not
-- signed in yet; everybody else only for the person who asks, or for nobody where a key asks.
ALTER TABLE audit_log ADD COLUMN realm text, ADD COLUMN owner_id bigint;
ALTER TABLE audit_log ALTER COLUMN realm SET DEFAULT asking_realm(), ALTER COLUMN owner_id SET DEFAULT asking_owner();
COMMENT ON COLUMN audit_log.realm IS 'realm of the transaction that wrote it; null for lines from before this was kept';
COMMENT ON COLUMN audit_log.owner_id IS 'with realm: number of the affiliate, advertiser or buyer; 0 for the network';
DROP POLICY anyone_adds ON audit_log;
CREATE POLICY own_realm_adds ON audit_log FOR INSERT WITH CHECK (
    realm = (SELECT asking_realm()) AND owner_id = (SELECT asking_owner())
    AND ((SELECT asking_network())
         OR (realm IN ('affiliate', 'advertiser', 'buyer') AND actor_id IS NOT DISTINCT FROM (SELECT asking_user()))));

-- Positions in streams and the version of the configuration belong to nobody, and every portal reads them: "data as
-- of" is computed from them. Writing them is for the network's own code; taking a link raises the version, too.
ALTER TABLE producers ENABLE ROW LEVEL SECURITY;
ALTER TABLE consumer_cursor ENABLE ROW LEVEL SECURITY;
ALTER TABLE config_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON producers USING ((SELECT asking_network()));
CREATE POLICY portals_read ON producers FOR SELECT USING ((SELECT asking_realm()) IN ('affiliate', 'advertiser', 'buyer'));
CREATE POLICY network_all ON consumer_cursor USING ((SELECT asking_network()));
CREATE POLICY portals_read ON consumer_cursor FOR SELECT
    USING ((SELECT asking_realm()) IN ('affiliate', 'advertiser', 'buyer'));
CREATE POLICY network_all ON config_version USING ((SELECT asking_network()));
CREATE POLICY affiliates_raise ON config_version USING ((SELECT asking_realm()) = 'affiliate');
REVOKE UPDATE ON config_version FROM millrace_app;
GRANT UPDATE (version) ON config_version TO millrace_app;

ALTER TABLE consumer_cursor ADD COLUMN waits_since timestamptz;
COMMENT ON COLUMN consumer_cursor.waits_since IS 'when upkeep first found something to read behind this place; null again as soon as it moves';

-- What reports must carry, and what advertisers pay, is nothing for affiliates, who may read campaigns and goals.
CREATE TABLE campaign_secrets (
    campaign_id    bigint PRIMARY KEY REFERENCES campaigns (id),
    postback_token text NOT NULL CHECK (length(postback_token) BETWEEN 8 AND 128)
);
COMMENT ON TABLE campaign_secrets IS 'for the network alone; a campaign without a row takes reports without a token';
COMMENT ON COLUMN campaign_secrets.postback_token IS 'secret that conversion reports must carry';
INSERT INTO campaign_secrets (campaign_id, postback_token)
SELECT id, postback_token FROM campaigns WHERE postback_token IS NOT NULL;
ALTER TABLE campaigns DROP COLUMN postback_token;

CREATE TABLE goal_revenue (
    goal_id bigint PRIMARY KEY REFERENCES goals (id) ON DELETE CASCADE,
    kind    text NOT NULL CHECK (kind IN ('fixed', 'share')),
    value   bigint NOT NULL CHECK (value >= 0)
);
COMMENT ON TABLE goal_revenue IS 'what the advertiser pays for a goal; every goal has one';
COMMENT ON COLUMN goal_revenue.value IS 'fixed: minor units of the campaign''s currency; share: millionths of the reported amount';
INSERT INTO goal_revenue (goal_id, kind, value) SELECT id, revenue_kind, revenue_value FROM goals;
ALTER TABLE goals DROP COLUMN revenue_kind, DROP COLUMN revenue_value;
COMMENT ON COLUMN goals.payout_value IS 'for the affiliate; fixed: minor units of the campaign''s currency; share: millionths of the reported amount';

ALTER TABLE campaign_secrets ENABLE ROW LEVEL SECURITY;
ALTER TABLE goal_revenue ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON campaign_secrets USING ((SELECT asking_network()));
CREATE POLICY network_all ON goal_revenue USING ((SELECT asking_network()));
-- The table named here has a policy of its own: only one's own campaigns' goals are found.
CREATE POLICY own_advertiser ON goal_revenue FOR SELECT USING (
    (SELECT asking_realm()) = 'advertiser' AND EXISTS (SELECT FROM goals g WHERE g.id = goal_id));
GRANT SELECT, INSERT, UPDATE, DELETE ON campaign_secrets TO millrace_app;
GRANT SELECT, INSERT, UPDATE ON goal_revenue TO millrace_app;

ALTER TABLE users ADD COLUMN period text CHECK (period ~ '^[a-z0-9_]{1,20}$');
COMMENT ON COLUMN users.period IS 'period last chosen on a page with figures; null until one is chosen';
