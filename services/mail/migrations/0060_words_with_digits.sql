-- Words with a digit in them lose their accents too: "6ème", "6eme" and "6EME" are one lexeme, as "élève" and "ELEVE" are.

ALTER TEXT SEARCH CONFIGURATION mail_french ALTER MAPPING FOR numword WITH unaccent, simple;

WITH concerned AS (
    UPDATE message SET vector =
        setweight(mail_vector(subject), 'A')
        || setweight(mail_vector(concat_ws(' ', mail_addresses("from"), mail_addresses(sender))), 'B')
        || setweight(mail_vector(concat_ws(' ', mail_addresses("to"), mail_addresses(cc), mail_addresses(bcc))), 'C')
        || setweight(mail_vector(search_text), 'D')
    WHERE concat_ws(' ', subject, "from", "to", cc, bcc, search_text) ~ '[0-9][[:alpha:]]*[^[:ascii:][:space:][:punct:]]'
    RETURNING id, vector
)
UPDATE email_fts f SET vector = concerned.vector, head = ts_filter(concerned.vector, '{a,b,c}')
FROM email e JOIN concerned ON concerned.id = e.message_id
WHERE f.account_id = e.account_id AND f.email_id = e.id;
