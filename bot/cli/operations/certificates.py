"""Looks up certificates for `rounds verify`."""

from bot.config import Settings
from bot.domain.certificate import Certificate, read_code
from bot.learning import certificates
from bot.storage.encryption import Cipher
from bot.storage.key_file import KeyFile
from bot.storage.looking import looking_into


def find_certificate(settings: Settings, typed: str) -> Certificate | None:
    """Return the certificate with a code as somebody typed it; None if there is none. Changes nothing."""
    keys = settings.encryption_keys or tuple(KeyFile(settings.key_file).read_keys())
    with looking_into(settings.database_url, Cipher(keys) if keys else None) as session:
        code = read_code(typed)
        return certificates.find_certificate(session, code) if code else None
