"""What must come out of the presets' examples, worked out by hand from the published rules."""

from fractions import Fraction

# What becomes of each ballot of the example.
DECIDED = {
    "daily-1-10": ["received", "already-voted", "category-full"],
    "daily-exactly-10": ["too-few", "received", "already-voted", "received"],
    "daily-10-20": ["too-few", "received", "too-many"],
    "ten-votes-a-day": ["received", "category-full", "category-full", "received", "received"],
    "five-ballots-a-day": [
        "received", "too-many", "received", "received", "received", "received", "already-voted",
        "received",
    ],
    "once-5-per-category": ["category-full", "received", "already-voted"],
    "once-10-two-per-category": ["category-full", "received", "already-voted"],
    "each-nominee-daily": ["received", "nominee-used", "category-full", "received", "received"],
    "daily-20-40": ["too-few", "too-many", "received"],
    "verified-once-50": ["category-full", "received", "already-voted"],
    "once-per-window": ["received", "already-voted", "received"],
    "campus-once": ["too-many", "received", "already-voted"],
    "one-vote-every-5-minutes": ["too-many", "received"],
    "ten-votes-verified": ["received", "received", "too-many", "received", "already-voted"],
    "five-for-each-two-windows": [
        "received", "received", "received", "received", "received", "nominee-used", "received",
    ],
    "weekly-caps": ["received", "nominee-used", "category-full", "received", "received"],
}  # fmt: skip
POINTS = {
    "ten-votes-verified": {"101": 12, "102": 10, "103": 10, "104": 7},
    "five-for-each-two-windows": {"101": 50, "102": Fraction(75, 2), "201": Fraction(25, 2)},
}
PANELS = {
    # 625.25 / 7; 631.70 / 7
    "panel-drop-one": {"101": "89.32", "102": "90.24"},
    # 65.55 / 7 and 65.54 / 7: level at two decimals, not at three
    "panel-drop-two": {"101": "9.36", "102": "9.36"},
    # Of 88, 92, 90, 85 the middle two; of five the middle three: 269 / 3
    "panel-absent": {"101": "89.00", "102": "89.67"},
    "panel-z-refit": {"101": "68.75", "102": "72.50", "103": "65.00"},
    # √1.5 / 2 = 0.612
    "panel-z-plain": {"101": "0.000", "102": "0.612", "103": "-0.612"},
    "panel-exponential": {"101": "10", "102": "12", "103": "8", "104": "7", "105": "6"},
    # 10 × √(2/6)
    "panel-few-marks": {"101": "8.50", "102": "8.00", "103": "5.77"},
    "panel-median": {"101": "91.00", "102": "90.00"},
    "panel-middle": {"101": "89.67"},
    "panel-guard-trim": {"101": "89.25", "102": "89.67", "103": "None"},
    "panel-guard-z": {"101": "78.33", "102": "82.91", "103": "87.50"},
}
# Place and who stands there; the steps that decided.
PLACES = {
    "ties-eurovision": (
        [(1, "101"), (2, "103"), (3, "102"), (4, "104")], ["public", "more_voters"],
    ),
    "ties-public": ([(1, "102"), (2, "101")], ["public"]),
    "ties-at-the-line": (
        [(1, "101"), (2, "102", "103"), (4, "105"), (5, "104")], ["jury_vote"],
    ),
    "ties-shared": ([(1, "101"), (2, "102", "103"), (4, "104")], []),
    "ties-lot": ([(1, "101"), (2, "102"), (3, "103")], ["panel", "lot"]),
}  # fmt: skip
# The total of each nominee; docs/examples has most of these calculations at length.
TOTALS = {
    "parts-public-70": {"101": "84.5", "102": "94", "103": "71.4"},
    "parts-public-15": {"101": "87.25", "102": "87.65", "103": "83.75"},
    "parts-online-units-experts": {"101": "86.8", "102": "89.2", "103": "80"},
    "parts-first-of-two-stages": {"101": "79", "102": "78", "103": "74"},
    "parts-four": {"101": "83.3", "102": "89", "103": "73.9"},
    # 81 + 10 of 15; 92 + 6.4; 86 + 9
    "parts-votes-on-top": {"101": "91", "102": "98.4", "103": "95"},
    "parts-public-30": {"101": "71", "102": "74.8", "103": "69"},
    "parts-gate-only": {"101": "83", "102": "89", "103": "92"},
    # juries 12 + 10 + 12, 10 + 12 + 8, 8 + 8 + 10; viewers 8 + 8 + 10, 12 + 12 + 8, 10 + 10 + 12
    "parts-rank-points": {"101": "60", "102": "62", "103": "58"},
    # 12 + 5 × 8 + 0 + 8; 5 × 12 + 3 × 10; 8 + 10 + 10 + 12 + 10 + 12 + 10 + 10
    "parts-age-bands": {"101": "60", "102": "90", "103": "82"},
}
FINALISTS = {
    "shortlist-eph": set("ABFGHI"),
    "shortlist-count": set("ABC"),
}
