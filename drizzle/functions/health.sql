-- When the newest applied migration was generated, in milliseconds of the Unix epoch; null when there is none. Anyone
-- may call it; it takes no lock.
CREATE FUNCTION schema_version() RETURNS text LANGUAGE plpgsql STABLE
SECURITY DEFINER SET search_path FROM CURRENT AS $$
BEGIN
  RETURN (SELECT max(created_at)::text FROM drizzle.__drizzle_migrations);
END $$;
