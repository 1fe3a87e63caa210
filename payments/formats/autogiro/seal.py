"""The seal on files to Bankgirot: HMAC-SHA256, so that nobody can change a file on its way.

A sealed file begins with a record 00 and ends with a record 99, which holds the value of the key
(so that the receiver knows which key was used) and the value of the file, each the first half
of an HMAC in upper hexadecimal digits. Computed over the file without line ends and with its
letters made ASCII, so that neither of them matters on the way.
"""

import hmac
import re
from datetime import date

from invoices.errors import N_, FormatError

KEY_BYTES = 16
_CHECKED = b"00000000"
# Swedish letters of ISO-8859-1 become their 7-bit relatives; every other byte outside 32-126 one.
_LETTERS = {201: 64, 196: 91, 214: 92, 197: 93, 220: 94}
_LETTERS |= {233: 96, 228: 123, 246: 124, 229: 125, 252: 126}
_ASCII = bytes(byte if 32 <= byte <= 126 else _LETTERS.get(byte, 195) for byte in range(256))
_END = re.compile(rb"99([0-9]{6})([0-9A-F]{32})([0-9A-F]{32}) *")

_NO_SEAL = N_("The file has no seal.")
_OTHER_KEY = N_("The file was sealed with another key.")
_BROKEN = N_("The seal is broken: the file was changed after it was sealed.")


def key_check_value(key: bytes) -> str:
    """Return what tells a key from others without telling the key: 32 hexadecimal digits."""
    return _value(key, _CHECKED)


def seal(raw: bytes, key: bytes, on: date) -> bytes:
    """Return the file in its seal; ``key`` is 16 bytes, ValueError if not.

    The caller keeps the key, and sees to it that the file has no blank lines.
    """
    body = f"00{on:%y%m%d}HMAC".ljust(80).encode() + b"\r\n" + raw
    end = f"99{on:%y%m%d}{key_check_value(key)}{_value(key, body)}".ljust(80)
    return body + end.encode() + b"\r\n"


def unseal(raw: bytes, key: bytes) -> bytes:
    """Return the file without its seal; raise FormatError unless the seal is whole and ours."""
    start, body, end = _split(raw)
    if not re.fullmatch(rb"00[0-9]{6}HMAC *", start) or (found := _END.fullmatch(end)) is None:
        raise FormatError(None, _NO_SEAL)
    _, check, value = found.groups()
    if not hmac.compare_digest(check, key_check_value(key).encode()):
        raise FormatError(None, _OTHER_KEY)
    if not hmac.compare_digest(value, _value(key, start.ljust(80) + body).encode()):
        raise FormatError(None, _BROKEN)
    return body


def is_sealed(raw: bytes) -> bool:
    """Tell whether a file begins as sealed files do."""
    return re.match(rb"00[0-9]{6}HMAC", raw) is not None


def _split(raw: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the first line, what is between with its line ends, and the last line."""
    lines = raw.rstrip().splitlines(keepends=True)
    if len(lines) < 2:
        return raw, b"", b""
    return lines[0].rstrip(b"\r\n"), b"".join(lines[1:-1]), lines[-1].rstrip(b"\r\n")


def _value(key: bytes, text: bytes) -> str:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a seal key has {KEY_BYTES} bytes")
    plain = text.translate(_ASCII, delete=b"\r\n")
    return hmac.digest(key, plain, "sha256")[:16].hex().upper()
