-- The head and the ends of months hold the trail together: they move on, and never go.

CREATE FUNCTION trail_end_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the trail keeps its ends';
END
$$;

CREATE TRIGGER trail_head_is_kept BEFORE DELETE OR TRUNCATE ON trail_head
    FOR EACH STATEMENT EXECUTE FUNCTION trail_end_is_kept();
CREATE TRIGGER trail_month_is_kept BEFORE DELETE OR TRUNCATE ON trail_month
    FOR EACH STATEMENT EXECUTE FUNCTION trail_end_is_kept();
