-- Programs sign in every minute and are noted once a day: whether they were is looked up each time.
CREATE INDEX trail_of_programs ON trail_line (account_id, at) WHERE action = 'program-signed-in';
