CREATE TABLE consumer_cursor (
    consumer   text NOT NULL,
    stream     text NOT NULL,
    seq        bigint NOT NULL,
    event_ms   bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (consumer, stream)
);
COMMENT ON TABLE consumer_cursor IS 'how far each consumer has read each stream; moved in the transaction of the effect';
COMMENT ON COLUMN consumer_cursor.event_ms IS 'time of the last event read, ms since 1970: what "data as of" is computed from';
GRANT SELECT, INSERT, UPDATE ON consumer_cursor TO millrace_app;

CREATE TABLE producers (
    stream       text PRIMARY KEY,
    head_seq     bigint NOT NULL,
    head_ms      bigint NOT NULL,
    heartbeat_at timestamptz NOT NULL
);
COMMENT ON TABLE producers IS 'the streams there are: newest sequence number and when its node last spoke; head_ms is the time up to which everything is in head_seq';
GRANT SELECT, INSERT, UPDATE, DELETE ON producers TO millrace_app;

CREATE TABLE dead_letters (
    consumer text NOT NULL,
    stream   text NOT NULL,
    seq      bigint NOT NULL,
    kind     smallint NOT NULL,
    version  smallint NOT NULL,
    payload  bytea NOT NULL,
    error    text NOT NULL,
    at       timestamptz NOT NULL,
    PRIMARY KEY (consumer, stream, seq)
);
COMMENT ON TABLE dead_letters IS 'events that could not be read, kept for replay';
GRANT SELECT, INSERT, DELETE ON dead_letters TO millrace_app;

CREATE TABLE stats_hourly (
    hour          timestamptz NOT NULL,
    campaign_id   bigint NOT NULL,
    affiliate_id  bigint NOT NULL,
    link_id       bigint NOT NULL,
    source        text NOT NULL,
    advertiser_id bigint NOT NULL,
    currency      text NOT NULL,
    impressions   bigint NOT NULL DEFAULT 0,
    clicks        bigint NOT NULL DEFAULT 0,
    invalid_clicks bigint NOT NULL DEFAULT 0,
    conversions   bigint NOT NULL DEFAULT 0,
    approved      bigint NOT NULL DEFAULT 0,
    rejected      bigint NOT NULL DEFAULT 0,
    revenue_minor bigint NOT NULL DEFAULT 0,
    payout_minor  bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (hour, campaign_id, affiliate_id, link_id, source)
) PARTITION BY RANGE (hour);
COMMENT ON TABLE stats_hourly IS 'figures by UTC hour; clicks at click time, conversions at the time they were received';
COMMENT ON COLUMN stats_hourly.clicks IS 'valid clicks: no reason code';
COMMENT ON COLUMN stats_hourly.conversions IS 'pending and approved conversions; revenue and payout are theirs';
CREATE INDEX stats_hourly_affiliate_idx ON stats_hourly (affiliate_id, hour);
ALTER TABLE stats_hourly ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON stats_hourly USING ((SELECT asking_network()));
CREATE POLICY own_affiliate ON stats_hourly FOR SELECT
    USING ((SELECT asking_realm()) = 'affiliate' AND affiliate_id = (SELECT asking_owner()));
CREATE POLICY own_advertiser ON stats_hourly FOR SELECT
    USING ((SELECT asking_realm()) = 'advertiser' AND advertiser_id = (SELECT asking_owner()));
GRANT SELECT, INSERT, UPDATE ON stats_hourly TO millrace_app;

CREATE TABLE stats_sub_daily (
    day          date NOT NULL,
    affiliate_id bigint NOT NULL,
    campaign_id  bigint NOT NULL,
    sub_no       smallint NOT NULL CHECK (sub_no BETWEEN 1 AND 10),
    sub_value    text NOT NULL,
    currency     text NOT NULL,
    clicks       bigint NOT NULL DEFAULT 0,
    conversions  bigint NOT NULL DEFAULT 0,
    payout_minor bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (day, affiliate_id, campaign_id, sub_no, sub_value)
) PARTITION BY RANGE (day);
COMMENT ON TABLE stats_sub_daily IS 'figures by UTC day and each sub-id an affiliate passed';
CREATE INDEX stats_sub_daily_affiliate_idx ON stats_sub_daily (affiliate_id, sub_no, day);
ALTER TABLE stats_sub_daily ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON stats_sub_daily USING ((SELECT asking_network()));
CREATE POLICY own_affiliate ON stats_sub_daily FOR SELECT
    USING ((SELECT asking_realm()) = 'affiliate' AND affiliate_id = (SELECT asking_owner()));
GRANT SELECT, INSERT, UPDATE ON stats_sub_daily TO millrace_app;

CREATE TABLE clicks (
    ts            timestamptz NOT NULL,
    click_id      text NOT NULL,
    link_id       bigint NOT NULL,
    campaign_id   bigint NOT NULL,
    affiliate_id  bigint NOT NULL,
    advertiser_id bigint NOT NULL,
    reason        text,
    ip            inet,
    user_agent    text NOT NULL,
    referrer      text NOT NULL,
    source        text NOT NULL,
    ext_click_id  text NOT NULL,
    subs          text[] NOT NULL,
    cost_micros   bigint,
    stream        text NOT NULL,
    seq           bigint NOT NULL,
    PRIMARY KEY (ts, click_id)
) PARTITION BY RANGE (ts);
COMMENT ON TABLE clicks IS 'every click for as long as the retention keeps it, in daily partitions';
COMMENT ON COLUMN clicks.reason IS 'why the click did not count; null for a valid one';
COMMENT ON COLUMN clicks.subs IS 'sub1 to sub10, empty text where absent, trailing ones left out';
CREATE INDEX clicks_affiliate_idx ON clicks (affiliate_id, ts);
ALTER TABLE clicks ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON clicks USING ((SELECT asking_network()));
CREATE POLICY own_affiliate ON clicks FOR SELECT
    USING ((SELECT asking_realm()) = 'affiliate' AND affiliate_id = (SELECT asking_owner()));
CREATE POLICY own_advertiser ON clicks FOR SELECT
    USING ((SELECT asking_realm()) = 'advertiser' AND advertiser_id = (SELECT asking_owner()));
GRANT SELECT, INSERT ON clicks TO millrace_app;

CREATE TABLE conversions (
    id            uuid PRIMARY KEY,
    received_at   timestamptz NOT NULL,
    status        text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
    reason        text,
    note          text NOT NULL DEFAULT '' CHECK (length(note) <= 2000),
    method        text NOT NULL,
    click_id      text NOT NULL,
    click_at      timestamptz,
    link_id       bigint,
    campaign_id   bigint,
    affiliate_id  bigint,
    advertiser_id bigint,
    goal_id       bigint,
    goal          text NOT NULL,
    txid          text NOT NULL,
    reported_amount text NOT NULL,
    amount_minor  bigint,
    currency      text,
    revenue_minor bigint NOT NULL DEFAULT 0,
    payout_minor  bigint NOT NULL DEFAULT 0,
    source        text NOT NULL DEFAULT '',
    subs          text[] NOT NULL DEFAULT '{}',
    adv           text[] NOT NULL DEFAULT '{}',
    coupon        text NOT NULL DEFAULT '',
    ip            inet,
    user_agent    text NOT NULL DEFAULT '',
    stream        text NOT NULL,
    seq           bigint NOT NULL,
    decided_at    timestamptz,
    decided_by    text,
    CHECK (status <> 'rejected' OR reason IS NOT NULL)
);
COMMENT ON TABLE conversions IS 'results that advertisers reported, also the refused ones';
COMMENT ON COLUMN conversions.id IS 'derived from campaign, goal and txid';
COMMENT ON COLUMN conversions.reason IS 'reason code of a rejected conversion';
CREATE INDEX conversions_received_idx ON conversions (received_at DESC, id);
CREATE INDEX conversions_affiliate_idx ON conversions (affiliate_id, received_at DESC);
CREATE INDEX conversions_campaign_idx ON conversions (campaign_id, received_at DESC);
CREATE INDEX conversions_pending_idx ON conversions (received_at) WHERE status = 'pending';
CREATE INDEX conversions_click_idx ON conversions (click_id);
CREATE INDEX conversions_txid_idx ON conversions (txid);
ALTER TABLE conversions ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON conversions USING ((SELECT asking_network()));
CREATE POLICY own_affiliate ON conversions FOR SELECT
    USING ((SELECT asking_realm()) = 'affiliate' AND affiliate_id = (SELECT asking_owner()));
CREATE POLICY own_advertiser ON conversions FOR SELECT
    USING ((SELECT asking_realm()) = 'advertiser' AND advertiser_id = (SELECT asking_owner()));
GRANT SELECT, INSERT, UPDATE ON conversions TO millrace_app;

CREATE TABLE conversion_conflicts (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    conversion_id uuid NOT NULL REFERENCES conversions (id),
    at            timestamptz NOT NULL,
    reported_amount text NOT NULL,
    revenue_minor bigint NOT NULL,
    payout_minor  bigint NOT NULL,
    stream        text NOT NULL,
    seq           bigint NOT NULL,
    resolved_at   timestamptz,
    UNIQUE (stream, seq)
);
COMMENT ON TABLE conversion_conflicts IS 'the same transaction reported again with another amount: for a person to decide';
ALTER TABLE conversion_conflicts ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON conversion_conflicts USING ((SELECT asking_network()));
GRANT SELECT, INSERT, UPDATE ON conversion_conflicts TO millrace_app;

-- Partitions are made ahead by a job and dropped by retention; only the owner of the tables can, so the two
-- functions run as their owner and check what they are given.
CREATE FUNCTION ensure_day_partitions(first_day date, days integer) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    made integer := 0;
    t text;
    d date;
    part text;
BEGIN
    IF days < 0 OR days > 400 THEN
        RAISE EXCEPTION 'days must lie between 0 and 400';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('ensure_day_partitions'));
    FOREACH t IN ARRAY ARRAY['clicks', 'stats_hourly', 'stats_sub_daily'] LOOP
        FOR d IN SELECT first_day + i FROM generate_series(0, days) AS i LOOP
            part := t || '_' || to_char(d, 'YYYYMMDD');
            IF to_regclass('public.' || part) IS NULL THEN
                IF t = 'stats_sub_daily' THEN
                    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', part, t, d, d + 1);
                ELSE
                    EXECUTE format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)', part, t,
                        d::text || ' 00:00:00+00', (d + 1)::text || ' 00:00:00+00');
                END IF;
                made := made + 1;
            END IF;
        END LOOP;
    END LOOP;
    RETURN made;
END
$$;
CREATE FUNCTION drop_click_partitions(before_day date) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    dropped integer := 0;
    part text;
BEGIN
    IF before_day > current_date - 7 THEN
        RAISE EXCEPTION 'clicks of the last 7 days are never dropped';
    END IF;
    FOR part IN
        SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = 'public.clicks'::regclass AND c.relname ~ '^clicks_\d{8}$'
          AND to_date(right(c.relname, 8), 'YYYYMMDD') < before_day
    LOOP
        EXECUTE format('DROP TABLE %I', part);
        dropped := dropped + 1;
    END LOOP;
    RETURN dropped;
END
$$;
REVOKE ALL ON FUNCTION ensure_day_partitions, drop_click_partitions FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ensure_day_partitions, drop_click_partitions TO millrace_app;
