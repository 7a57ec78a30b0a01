-- How the network looks, what it asks of affiliates before they may join, and the hosts its links begin with.

CREATE TABLE brand_assets (
    name       text PRIMARY KEY CHECK (name IN ('logo')),
    media_type text NOT NULL CHECK (media_type IN ('image/png', 'image/jpeg', 'image/webp')),
    content    bytea NOT NULL CHECK (octet_length(content) BETWEEN 1 AND 262144),
    digest     text NOT NULL CHECK (digest ~ '^[0-9a-f]{16,64}$'),
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE brand_assets IS 'pictures that stand for the network on its pages; anybody may fetch them';
COMMENT ON COLUMN brand_assets.digest IS 'hexadecimal beginning of the SHA-256 of the content: entity tag and part of the address';

CREATE TABLE signup_questions (
    id         bigint PRIMARY KEY,
    label      text NOT NULL CHECK (length(label) BETWEEN 1 AND 200),
    hint       text NOT NULL DEFAULT '' CHECK (length(hint) <= 500),
    kind       text NOT NULL CHECK (kind IN ('text', 'textarea', 'select', 'checkbox')),
    options    text[] NOT NULL DEFAULT '{}' CHECK (kind = 'select' OR cardinality(options) = 0),
    required   boolean NOT NULL DEFAULT false,
    position   integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
COMMENT ON TABLE signup_questions IS 'what the sign-up form asks besides name, email, country and website; answers carry their question''s words along';
COMMENT ON COLUMN signup_questions.options IS 'choices of a select';

CREATE TABLE terms_versions (
    version      integer PRIMARY KEY CHECK (version > 0),
    body         text NOT NULL CHECK (length(body) BETWEEN 1 AND 100000),
    published_at timestamptz NOT NULL,
    published_by text NOT NULL
);
COMMENT ON TABLE terms_versions IS 'the terms affiliates accept; a change is a new version, the highest one is in force';

CREATE TABLE affiliate_applications (
    id            bigint PRIMARY KEY,
    status        text NOT NULL CHECK (status IN ('unconfirmed', 'waiting', 'approved', 'rejected')),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 200),
    email         text NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    country       text CHECK (country ~ '^[A-Z]{2}$'),
    website       text CHECK (length(website) <= 500),
    description   text NOT NULL DEFAULT '' CHECK (length(description) <= 5000),
    answers       jsonb NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(answers) = 'array'),
    terms_version integer REFERENCES terms_versions (version),
    ip            inet,
    created_at    timestamptz NOT NULL,
    confirmed_at  timestamptz,
    decided_at    timestamptz,
    decided_by    text,
    reason        text NOT NULL DEFAULT '' CHECK (length(reason) <= 2000),
    affiliate_id  bigint REFERENCES affiliates (id),
    CHECK (status IN ('unconfirmed', 'rejected') OR confirmed_at IS NOT NULL),
    CHECK ((status = 'approved') = (affiliate_id IS NOT NULL))
);
COMMENT ON TABLE affiliate_applications IS 'who asked to become an affiliate; unconfirmed ones have not proved their email address yet and are forgotten after a week';
COMMENT ON COLUMN affiliate_applications.answers IS 'array of {id, label, answer}, in the words the form had';
COMMENT ON COLUMN affiliate_applications.reason IS 'why it was rejected, as mailed to the applicant';
CREATE INDEX affiliate_applications_queue_idx ON affiliate_applications (status, created_at);
CREATE INDEX affiliate_applications_email_idx ON affiliate_applications (lower(email));
CREATE INDEX affiliate_applications_ip_idx ON affiliate_applications (ip, created_at);

CREATE TABLE terms_acceptances (
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version        integer NOT NULL REFERENCES terms_versions (version),
    application_id bigint NOT NULL REFERENCES affiliate_applications (id),
    email          text NOT NULL,
    ip             inet,
    accepted_at    timestamptz NOT NULL,
    UNIQUE (application_id, version)
);
COMMENT ON TABLE terms_acceptances IS 'who accepted which version of the terms when; written once the email address is proved';

CREATE TABLE tracking_domains (
    id         bigint PRIMARY KEY,
    host       text NOT NULL CHECK (host = lower(host) AND length(host) BETWEEN 1 AND 253),
    is_default boolean NOT NULL DEFAULT false,
    state      text NOT NULL DEFAULT 'unchecked' CHECK (state IN ('unchecked', 'verified', 'plain', 'wrong_dns', 'bad_tls', 'unreachable')),
    https      boolean NOT NULL DEFAULT false,
    result     jsonb,
    checked_at timestamptz,
    created_at timestamptz NOT NULL,
    CHECK (NOT is_default OR state IN ('verified', 'plain', 'wrong_dns', 'bad_tls', 'unreachable'))
);
COMMENT ON TABLE tracking_domains IS 'hosts that tracked links may begin with, and what the last check found';
COMMENT ON COLUMN tracking_domains.https IS 'links with this host begin with https://';
COMMENT ON COLUMN tracking_domains.result IS 'what the last check saw: addresses, certificate, what to change';
CREATE UNIQUE INDEX tracking_domains_host_key ON tracking_domains (host);
CREATE UNIQUE INDEX tracking_domains_one_default ON tracking_domains (is_default) WHERE is_default;

ALTER TABLE affiliates ADD COLUMN tracking_domain_id bigint REFERENCES tracking_domains (id) ON DELETE SET NULL;
COMMENT ON COLUMN affiliates.tracking_domain_id IS 'host of this affiliate''s links; null for the network''s default';

ALTER TABLE campaign_access ADD COLUMN answer text NOT NULL DEFAULT '' CHECK (length(answer) <= 2000);
COMMENT ON COLUMN campaign_access.note IS 'what the affiliate wrote when it asked';
COMMENT ON COLUMN campaign_access.answer IS 'what the network wrote when it decided; the affiliate reads it';
DROP POLICY own_affiliate_apply ON campaign_access;
CREATE POLICY own_affiliate_apply ON campaign_access FOR INSERT WITH CHECK (
    (SELECT asking_realm()) = 'affiliate' AND affiliate_id = (SELECT asking_owner()) AND status = 'applied'
    AND answer = '' AND decided_at IS NULL);

ALTER TABLE brand_assets ENABLE ROW LEVEL SECURITY;
ALTER TABLE signup_questions ENABLE ROW LEVEL SECURITY;
ALTER TABLE terms_versions ENABLE ROW LEVEL SECURITY;
ALTER TABLE terms_acceptances ENABLE ROW LEVEL SECURITY;
ALTER TABLE affiliate_applications ENABLE ROW LEVEL SECURITY;
ALTER TABLE tracking_domains ENABLE ROW LEVEL SECURITY;
CREATE POLICY network_all ON brand_assets USING ((SELECT asking_network()));
CREATE POLICY network_all ON signup_questions USING ((SELECT asking_network()));
CREATE POLICY network_all ON terms_versions USING ((SELECT asking_network()));
CREATE POLICY affiliates_read ON terms_versions FOR SELECT USING ((SELECT asking_realm()) = 'affiliate');
CREATE POLICY network_all ON terms_acceptances USING ((SELECT asking_network()));
CREATE POLICY network_all ON affiliate_applications USING ((SELECT asking_network()));
CREATE POLICY network_all ON tracking_domains USING ((SELECT asking_network()));
GRANT SELECT, INSERT, UPDATE, DELETE ON brand_assets, signup_questions, tracking_domains TO millrace_app;
GRANT SELECT, INSERT ON terms_versions, terms_acceptances TO millrace_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON affiliate_applications TO millrace_app;
