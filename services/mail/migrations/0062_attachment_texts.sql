-- Messages whose attachments are still to be read for their words. What is done is gone from here; what was given up stays,
-- with why. state: due | indexed (the message's vector has them; its emails are looked over once more, for one that was
-- on its way in meanwhile) | given-up.
CREATE TABLE attachment_text (
    message_id bigint      PRIMARY KEY REFERENCES message ON DELETE CASCADE,
    state      text        NOT NULL DEFAULT 'due',
    due_at     timestamptz NOT NULL DEFAULT now(),
    tries      integer     NOT NULL DEFAULT 0,
    problem    text
);

CREATE INDEX attachment_text_open ON attachment_text (message_id) WHERE state <> 'given-up';

-- Mail from before.
INSERT INTO attachment_text (message_id) SELECT id FROM message WHERE has_attachment;
