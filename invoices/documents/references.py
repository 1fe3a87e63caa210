"""Payment references: KID (Norway) and OCR (Sweden), made and checked. Pure.

Rules: KID and its two algorithms as in the OCR giro and AvtaleGiro manuals of Mastercard Payment
Services; OCR levels and the length digit as Bankgirot describes them.
"""

from collections.abc import Sequence

from invoices.errors import N_, Refused

KID_LENGTHS = range(4, 26)
OCR_LENGTHS = range(2, 26)


def mod10(body: str) -> str:
    """The Luhn check digit: weights 2,1,2,1... from the right, digits of products summed."""
    total = 0
    for place, digit in enumerate(reversed(body)):
        product = int(digit) * (1 if place % 2 else 2)
        total += product - 9 if product > 9 else product
    return str(-total % 10)


def mod11(body: str) -> str:
    """The mod 11 check digit: weights 2..7 from the right; remainder 1 gives '-'."""
    total = sum(int(digit) * (2 + place % 6) for place, digit in enumerate(reversed(body)))
    rest = total % 11
    return {0: "0", 1: "-"}.get(rest, str(11 - rest))


CHECKS = {"mod10": mod10, "mod11": mod11}


def make_kid(serial: int, length: int, algorithm: str, customer: str = "") -> str:
    """A KID of exactly ``length`` characters: customer part, serial, check digit.

    Refuses a serial that does not fit any more: the biller needs a longer KID from the bank.
    """
    room = length - len(customer) - 1
    body = customer + str(serial).zfill(room)
    if len(body) != length - 1 or room < 1:
        raise Refused(
            N_("The number {serial} does not fit in a KID of {length} digits."),
            serial=serial,
            length=length,
        )
    return body + CHECKS[algorithm](body)


def make_ocr(serial: int, level: int, lengths: Sequence[int]) -> str:
    """An OCR number: level 3 has a length digit, level 4 a fixed length (the longest agreed)."""
    if level == 4:
        return make_kid(serial, max(lengths), "mod10")
    body = str(serial)
    if level == 3:
        body += str((len(body) + 2) % 10)
    return body + mod10(body)


def is_kid(text: str, lengths: Sequence[int], algorithm: str) -> bool:
    """Whether the text is a valid KID of one of the agreed lengths."""
    return (
        len(text) in lengths
        and len(text) in KID_LENGTHS
        and text[:-1].isdecimal()
        and text.isascii()
        and CHECKS[algorithm](text[:-1]) == text[-1]
    )


def is_ocr(text: str, level: int, lengths: Sequence[int]) -> bool:
    """Whether the text is a valid OCR number at the bank's control level 1 to 4."""
    if not (text.isdecimal() and text.isascii() and len(text) in OCR_LENGTHS):
        return False
    if mod10(text[:-1]) != text[-1]:
        return False
    if level == 3:
        return len(text) > 2 and text[-2] == str(len(text) % 10)
    return level != 4 or len(text) in lengths


def bare(text: str) -> str:
    """A reference as typed, without the spaces people and files put in."""
    return "".join(text.split())


def grouped(reference: str) -> str:
    """A reference for the eye: groups of four from the left."""
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))
