"""The kinds of value that a registration shows and another could show too."""

from enum import IntEnum


class IdentifierKind(IntEnum):
    """What kind of value. The numbers are stored: add, never change."""

    DEVICE = 1  # its Device's own number, whatever it shows
    ADDRESS = 2
    NETWORK = 3  # the address's /24, or /64 of IPv6
    PHONE = 4
    CARD = 5
    MAILBOX = 6
    DOMAIN = 7
    PHONE_PLACE = 8  # the number's place among its neighbours (risk.places)
    MAILBOX_STEM = 9  # the mailbox without the number at its end, where it has one
    MAILBOX_SHAPE = 10  # the pattern of the mailbox's name and its domain, then the network it came from
    CARD_BIN = 11
