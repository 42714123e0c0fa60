-- From where a session was opened, for the agent's own list, and whether others use that computer too.
ALTER TABLE session ADD COLUMN source text NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN user_agent text NOT NULL DEFAULT '';
ALTER TABLE session ADD COLUMN shared boolean NOT NULL DEFAULT false;

-- When the holder last chose the password.
ALTER TABLE account ADD COLUMN password_changed_at timestamptz;
UPDATE account SET password_changed_at = changed_at WHERE password_hash IS NOT NULL;
