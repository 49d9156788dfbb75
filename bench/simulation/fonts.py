"""Fonts that a page finds, of those that FingerprintJS looks for: the system's own, and those that programs bring."""

from bench.simulation.dice import Dice
from bench.simulation.models import System

BASE = {
    System.WINDOWS: ("Calibri", "Franklin Gothic", "HELV", "Marlett", "MS UI Gothic", "Segoe UI Light", "Small Fonts"),
    System.MAC: ("Arial Unicode MS", "Gill Sans", "Helvetica Neue", "Menlo"),
    System.IPHONE: ("Gill Sans", "Helvetica Neue", "Menlo"),
    System.IPAD: ("Gill Sans", "Helvetica Neue", "Menlo"),
    System.ANDROID: ("sans-serif-thin",),
    System.LINUX: ("Ubuntu",),
    System.CHROMEOS: (),
}
OFFICE = (
    "Century",
    "Century Gothic",
    "Haettenschweiler",
    "Lucida Bright",
    "Lucida Sans",
    "MS Reference Specialty",
    "MT Extra",
    "Monotype Corsiva",
    "Pristina",
)
OTHERS = (
    "AvantGarde",
    "Bitstream Vera Sans Mono",
    "Eurostile",
    "Futura",
    "Gotham",
    "Helvetica Neue",
    "Humanst521 BT",
    "Leelawadee",
    "Letter Gothic",
    "Meiryo UI",
    "SCRIPTINA",
    "Serifa",
    "Univers CE 55 Medium",
    "Vrinda",
    "ZWAdobeF",
    "SimHei",
    "Staccato222 BT",
)
FIXED = frozenset({System.IPHONE, System.IPAD, System.ANDROID, System.CHROMEOS})


def fonts(dice: Dice, system: System) -> list[str]:
    """What one machine has."""
    found = list(BASE[system])
    if system in FIXED:
        return found
    if system is System.LINUX and dice.chance(0.4):
        found = []
    if system is System.WINDOWS and dice.chance(0.6):
        found += OFFICE
    while dice.chance(0.3):
        found.append(dice.choice(OTHERS))
    return sorted(set(found))
