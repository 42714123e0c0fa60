"""Hashes a password anew when hashes have become dearer: the only moment is when its holder has just typed it."""

import logging

from contracts.errors import ServiceError
from services.auth.application.ports import Hasher, Store
from services.auth.domain.account import Account
from services.auth.domain.password_policy import normalise_password

_log = logging.getLogger(__name__)


class RenewHash:
    def __init__(self, store: Store, hasher: Hasher) -> None:
        self._store = store
        self._hasher = hasher

    def __call__(self, account: Account, password: str) -> None:
        """`password` is the account's, and was verified by the hash in `account`. Call it outside of transactions: no
        lock is held while a hash is made, and a password that was changed meanwhile stays."""
        if account.password_hash is None or not self._hasher.is_outdated(account.password_hash):
            return
        try:
            renewed = self._hasher.hash(normalise_password(password))
        except ServiceError as error:
            _log.info("a hash was not renewed, the next sign-in will", extra={"code": str(error.code)})
            return
        with self._store.begin() as tx:
            tx.replace_hash(account.agent.account_id, account.password_hash, renewed)
