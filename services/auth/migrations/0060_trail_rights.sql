-- The processes' own role adds lines to the trail and may not take one away (rights.sql). This alone lets lines go, of
-- months that have ended, for the sake of retention; it acts as the owner of the table.
CREATE FUNCTION erase_trail_lines(until date, at_most integer) RETURNS bigint
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    erased bigint;
BEGIN
    IF until >= (SELECT month FROM trail_head) THEN
        RAISE EXCEPTION 'the month has not ended';
    END IF;
    PERFORM set_config('auth.trail_retention', 'on', true);
    DELETE FROM trail_line WHERE (month, number) IN
        (SELECT month, number FROM trail_line WHERE month <= until ORDER BY month, number LIMIT at_most);
    GET DIAGNOSTICS erased = ROW_COUNT;
    PERFORM set_config('auth.trail_retention', 'off', true);
    RETURN erased;
END
$$;
