-- Two roles: the owner (whoever runs migrations) and the application role, which owns nothing, cannot bypass
-- row-level security and has only the grants given here and in the files that follow.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'millrace_app') THEN
        CREATE ROLE millrace_app NOLOGIN NOINHERIT NOBYPASSRLS;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    -- Another database of the same server was migrated at the same moment: roles are shared by all.
    NULL;
END
$$;
GRANT millrace_app TO CURRENT_USER;
GRANT USAGE ON SCHEMA public TO millrace_app;

-- Who is asking, set by every transaction (SET LOCAL); unset means nobody, and nobody sees nothing.
CREATE FUNCTION asking_realm() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('app.realm', true), '') $$;
CREATE FUNCTION asking_owner() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT NULLIF(current_setting('app.owner', true), '')::bigint $$;
CREATE FUNCTION asking_network() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS
$$ SELECT coalesce(current_setting('app.realm', true), '') = 'network' $$;
COMMENT ON FUNCTION asking_realm IS 'network, affiliate, advertiser, buyer, or empty for nobody';
COMMENT ON FUNCTION asking_owner IS 'number of the asking affiliate, advertiser or buyer';
