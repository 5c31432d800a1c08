"""Password hashes: scrypt, computed beside the event loop."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets

SALT_BYTES = 16
# A fraction of Firebase's: the accounts are throw-away, and a load test signs in 750 users at the same time.
COST, BLOCK_SIZE, PARALLELISM = 2**11, 8, 1


async def hashed(password: str) -> str:
    """Salt and digest of a password, as `salt$digest` in hexadecimal digits."""
    salt = secrets.token_bytes(SALT_BYTES)
    return f"{salt.hex()}${(await _digest(password, salt)).hex()}"


async def matches(password: str, stored: str) -> bool:
    """Whether `stored` is the hash of `password`."""
    salt, _, digest = stored.partition("$")
    return hmac.compare_digest(await _digest(password, bytes.fromhex(salt)), bytes.fromhex(digest))


async def _digest(password: str, salt: bytes) -> bytes:
    return await asyncio.to_thread(
        hashlib.scrypt, password.encode(), salt=salt, n=COST, r=BLOCK_SIZE, p=PARALLELISM
    )
