CREATE TABLE ledger_accounts (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind          text NOT NULL CHECK (kind IN ('advertiser_accrued', 'advertiser_receivable', 'affiliate_pending',
                                                'affiliate_approved', 'margin_pending', 'margin')),
    affiliate_id  bigint REFERENCES affiliates (id),
    advertiser_id bigint REFERENCES advertisers (id),
    currency      text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    UNIQUE NULLS NOT DISTINCT (kind, affiliate_id, advertiser_id, currency)
);
COMMENT ON TABLE ledger_accounts IS 'accounts of the double-entry ledger; those of the network have no owner';

CREATE TABLE ledger_txns (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    idem_key     text NOT NULL UNIQUE,
    kind         text NOT NULL,
    effective_at timestamptz NOT NULL,
    created_at   timestamptz NOT NULL,
    actor        text NOT NULL,
    conversion_id uuid,
    reverses     bigint REFERENCES ledger_txns (id)
);
COMMENT ON TABLE ledger_txns IS 'a balanced set of entries; idem_key makes it happen once';
CREATE INDEX ledger_txns_conversion_idx ON ledger_txns (conversion_id);

CREATE TABLE ledger_entries (
    txn_id        bigint NOT NULL REFERENCES ledger_txns (id),
    line          smallint NOT NULL,
    account_id    bigint NOT NULL REFERENCES ledger_accounts (id),
    amount_minor  bigint NOT NULL CHECK (amount_minor <> 0),
    currency      text NOT NULL,
    affiliate_id  bigint,
    advertiser_id bigint,
    PRIMARY KEY (txn_id, line)
);
COMMENT ON TABLE ledger_entries IS 'lines: debit positive, credit negative, minor units; never changed';
COMMENT ON COLUMN ledger_entries.affiliate_id IS 'owner of the account, repeated for row-level security';
CREATE INDEX ledger_entries_account_idx ON ledger_entries (account_id);

CREATE TABLE ledger_balances (
    account_id    bigint PRIMARY KEY REFERENCES ledger_accounts (id),
    balance_minor bigint NOT NULL,
    affiliate_id  bigint,
    advertiser_id bigint
);
COMMENT ON TABLE ledger_balances IS 'running balance of each account with an owner; equals the sum of its entries';

-- Every transaction sums to zero per currency and has at least two lines, checked when it commits.
CREATE FUNCTION ledger_txn_balances() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF (SELECT count(*) FROM ledger_entries WHERE txn_id = NEW.txn_id) < 2
       OR EXISTS (SELECT FROM ledger_entries WHERE txn_id = NEW.txn_id GROUP BY currency HAVING sum(amount_minor) <> 0) THEN
        RAISE EXCEPTION 'ledger transaction % does not balance', NEW.txn_id USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_txn_balances';
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER ledger_txn_balances AFTER INSERT ON ledger_entries
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_txn_balances();

-- Posted lines are never edited, not even by the owner by accident.
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only';
END
$$;
CREATE TRIGGER ledger_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER ledger_txns_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_txns
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

ALTER TABLE ledger_accounts ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_txns ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_entries ENABLE ROW LEVEL SECURITY;
ALTER TABLE ledger_balances ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON ledger_accounts USING ((SELECT asking_network()));
CREATE POLICY own_affiliate ON ledger_accounts FOR SELECT
    USING ((SELECT asking_realm()) = 'affiliate' AND affiliate_id = (SELECT asking_owner()));
CREATE POLICY own_advertiser ON ledger_accounts FOR SELECT
    USING ((SELECT asking_realm()) = 'advertiser' AND advertiser_id = (SELECT asking_owner()));
CREATE POLICY network_all ON ledger_txns USING ((SELECT asking_network()));
CREATE POLICY with_entries ON ledger_txns FOR SELECT USING (
    (SELECT asking_realm()) IN ('affiliate', 'advertiser')
    AND EXISTS (SELECT FROM ledger_entries e WHERE e.txn_id = ledger_txns.id));
CREATE POLICY network_all ON ledger_entries USING ((SELECT asking_network()));
CREATE POLICY own_affiliate ON ledger_entries FOR SELECT
    USING ((SELECT asking_realm()) = 'affiliate' AND affiliate_id = (SELECT asking_owner()));
CREATE POLICY own_advertiser ON ledger_entries FOR SELECT
    USING ((SELECT asking_realm()) = 'advertiser' AND advertiser_id = (SELECT asking_owner()));
CREATE POLICY network_all ON ledger_balances USING ((SELECT asking_network()));
CREATE POLICY own_affiliate ON ledger_balances FOR SELECT
    USING ((SELECT asking_realm()) = 'affiliate' AND affiliate_id = (SELECT asking_owner()));
CREATE POLICY own_advertiser ON ledger_balances FOR SELECT
    USING ((SELECT asking_realm()) = 'advertiser' AND advertiser_id = (SELECT asking_owner()));
GRANT SELECT, INSERT ON ledger_accounts, ledger_txns, ledger_entries TO millrace_app;
GRANT SELECT, INSERT, UPDATE ON ledger_balances TO millrace_app;

CREATE TABLE reconciliations (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL,
    check_name text NOT NULL,
    ok         boolean NOT NULL,
    detail     text NOT NULL,
    difference bigint NOT NULL DEFAULT 0
);
COMMENT ON TABLE reconciliations IS 'results of the nightly checks that money and counts agree';
CREATE INDEX reconciliations_latest_idx ON reconciliations (check_name, id DESC);
ALTER TABLE reconciliations ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON reconciliations USING ((SELECT asking_network()));
GRANT SELECT, INSERT ON reconciliations TO millrace_app;
