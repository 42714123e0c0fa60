-- What only ever grows, the processes may only add to.
REVOKE UPDATE, DELETE ON trail_line, address_ledger, short_login_ledger FROM {role}
REVOKE DELETE ON trail_head, trail_month, account_sequence FROM {role}
