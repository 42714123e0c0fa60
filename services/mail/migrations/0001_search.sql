-- French full text: accents folded before stemming, so that "élève", "eleves" and "ELEVE" are one lexeme.

CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE EXTENSION IF NOT EXISTS btree_gin;

CREATE TEXT SEARCH CONFIGURATION mail_french (COPY = pg_catalog.french);
ALTER TEXT SEARCH CONFIGURATION mail_french
    ALTER MAPPING FOR asciiword, word, asciihword, hword, hword_asciipart, hword_part WITH unaccent, french_stem;

-- Punctuation becomes blank one character for one, so that an address, a file name or a date is found by its words
-- and the places in the result are those of the source. \x02 and \x03 are kept free for highlighting.
CREATE FUNCTION mail_words(source text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURNS NULL ON NULL INPUT AS $$
    SELECT translate(source, '._@/:;,=&?!%#+~*^|\"<>()[]{}$`-' || E'\x02\x03', repeat(' ', 33))
$$;

-- The stemmer's own stop list has accents, which are gone before it is asked: these are the words that leak.
-- "été" is left alone: it is also a season.
DO $do$
DECLARE
    leaking text[];
BEGIN
    SELECT array_agg(DISTINCT lexeme ORDER BY lexeme) INTO leaking
    FROM regexp_split_to_table(
        'à les il ils elle elles ça ceci cela celle celles celui ceux cet cette ci leur leurs même mêmes'
        || ' étaient étais était étant être dès', ' ') AS word,
        unnest(ts_lexize('french_stem', unaccent(word))) AS lexeme;
    EXECUTE format(
        $f$
        CREATE FUNCTION mail_stop_lexemes() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $body$ SELECT %L::text[] $body$
        $f$, leaking);
END
$do$;

-- What is indexed. NULL is nothing.
CREATE FUNCTION mail_vector(source text) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT ts_delete(to_tsvector('public.mail_french', public.mail_words(coalesce(source, ''))),
                     public.mail_stop_lexemes())
$$;

-- What is asked: the words of `term` one after the other, in fields of these weights ('' means any), the last one as a
-- prefix where wanted. NULL when nothing but stop words is left.
CREATE FUNCTION mail_term(term text, weights text, prefix boolean) RETURNS tsquery
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(
        CASE WHEN before IS NULL THEN '' ELSE '<' || place - before || '>' END
        || '''' || replace(replace(lexeme, '\', '\\'), '''', '''''') || ''':' || weights
        || CASE WHEN prefix AND after IS NULL THEN '*' ELSE '' END,
        ' ' ORDER BY place)::tsquery
    FROM (
        SELECT lexeme, place, lag(place) OVER (ORDER BY place) AS before, lead(place) OVER (ORDER BY place) AS after
        FROM unnest(public.mail_vector(term)) AS word(lexeme, places, weights), unnest(places) AS place
    ) AS words
$$;
