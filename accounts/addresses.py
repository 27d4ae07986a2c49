"""Phone numbers and e-mail addresses in their one spelling."""

import re

import phonenumbers
from django.conf import settings

# What somebody types who means a phone number: digits, perhaps with signs between them.
_PHONE_LIKE = re.compile(r"[+＋]?[\d\s().（）\-－]{5,30}")
_KINDS = {
    phonenumbers.PhoneNumberType.MOBILE,
    phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE,
}


def is_phone_like(text: str) -> bool:
    """Return whether a text is meant as a phone number, right or wrong."""
    return _PHONE_LIKE.fullmatch(text.strip()) is not None


def phone_number(text: str) -> str | None:
    """Return a mobile number in E.164, such as +8613800138000, or None if it is none.

    Chinese numbers need no country code. Only numbers of ``SMS_COUNTRIES`` are taken: text
    messages to some others cost many times as much, and that is what is tried out first.
    """
    try:
        number = phonenumbers.parse(text, "CN")
    except phonenumbers.NumberParseException:
        return None
    if (
        not phonenumbers.is_valid_number(number)
        or phonenumbers.number_type(number) not in _KINDS
        or phonenumbers.region_code_for_number(number) not in settings.SMS_COUNTRIES
    ):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spaced(phone: str) -> str:
    """Return a number in E.164 as people read it, such as +86 138 0013 8000; else as it is."""
    try:
        number = phonenumbers.parse(phone)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def national(phone: str) -> str:
    """Return a number in E.164 without country code, digits alone."""
    return str(phonenumbers.national_significant_number(phonenumbers.parse(phone)))


def mailbox_of(email: str) -> str:
    """Return the mailbox of an address: name+anything@host is the same one as name@host."""
    name, at, host = email.strip().lower().rpartition("@")
    return name.partition("+")[0] + at + host
