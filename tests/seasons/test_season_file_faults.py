"""Every mistake that one key can hold: its line, its path, what was found, what is allowed."""

import pytest

from tests.seasons.files import changed, fault, faults

pytestmark = pytest.mark.usefixtures("english")

CASES = [
    # replacement, (line, path, found, beginning of what is allowed)
    (("slug: small", "slug: 小城"), (2, "season.slug", "“小城”", "Enter a valid “slug”")),
    (("min_choices: 2", "min_choices: two"), (9, "rules.min_choices", "“two”", "a whole number")),
    (("min_choices: 2", 'min_choices: "2"'), (9, "rules.min_choices", "“2”", "a whole number")),
    (
        ("min_choices: 2", "min_choices: 0"),
        (9, "rules.min_choices", "“0”", "a whole number from 1"),
    ),
    (("min_choices: 2", "min_choices: [2]"), (9, "rules.min_choices", "a list", "a whole number")),
    (
        ("min_choices: 2", "display: live\n  display: live"),
        (10, "rules.display", "the key twice, first on line 9", "each key once"),
    ),
    (("min_choices: 2", "display: alive"), (9, "rules.display", "“alive”", "one of live, delayed")),
    (
        ("min_choices: 2", "display: delayed"),
        (9, "rules.display", "delayed by 0 minutes", "display_delay_minutes"),
    ),
    (
        ("min_choices: 2", "public_weight: 40"),
        (9, "rules.public_weight", "40 + 70", "public_weight and panel_weight"),
    ),
    (
        ("min_choices: 2", "turnout_public: perhaps"),
        (9, "rules.turnout_public", "“perhaps”", "true or false"),
    ),
    (
        ("min_choices: 2", "min_choice: 2"),
        (9, "rules.min_choice", "the key “min_choice”", "min_choices (perhaps that was meant)"),
    ),
    (
        ("min_choices: 2", "min_choices: 4"),
        (
            10,
            "rules.caps",
            "min_choices 4 with limits that allow 3 on a ballot",
            "min_choices up to",
        ),
    ),
    (
        ("choices, max: 3}", "choices, max: 65}"),
        (10, "rules.caps", "a limit of more than 64 choices on a ballot", "at most 64"),
    ),
    (
        ("choices, max: 3}", "choices, max: 0}"),
        (12, "rules.caps[2].max", "“0”", "a whole number from 1"),
    ),
    (("choices, max: 3}", "choices}"), (12, "rules.caps[2].max", "nothing", "a value")),
    (
        ("counts: choices, max: 3", "counts: ballots, max: 3"),
        (10, "rules.caps", "period ballot with counts ballots", "counts choices"),
    ),
    (
        ("scope: season, period: ballot", "scope: nominee, period: ballot"),
        (10, "rules.caps", "scope nominee with period ballot", "another period"),
    ),
    (
        ("period: ballot, counts: choices, max: 3", "period: day, counts: ballots, max: 3"),
        (
            10,
            "rules.caps",
            "two limits with the same scope, period and counts",
            "each combination once",
        ),
    ),
    (
        ("closes_at: 2026-11-30 18:00", "closes_at: 2026-11-31 18:00"),
        (5, "season.closes_at", "“2026-11-31 18:00”", "a date and time such as"),
    ),
    (
        ("closes_at: 2026-11-30 18:00", "closes_at: 2026-11-30"),
        (5, "season.closes_at", "“2026-11-30”", "a date and time such as"),
    ),
    (
        ("closes_at: 2026-11-30 18:00", "closes_at: 20261-11-30 18:00"),
        (5, "season.closes_at", "“20261-11-30 18:00”", "a date and time"),
    ),
    (
        ("closes_at: 2026-11-30 18:00", "closes_at: 2126-11-30 18:00"),
        (5, "season.closes_at", "“2126-11-30 18:00”", "a year from 2000 to 2100"),
    ),
    (
        ("time_zone: Asia/Shanghai", "time_zone: Asia/Peking"),
        (6, "season.time_zone", "“Asia/Peking”", "Asia/Peking is not a time zone"),
    ),
    (("  organiser: 小城公益协会\n", ""), (1, "season.organiser", "nothing", "a value")),
    (("organiser: 小城公益协会", "organiser:"), (7, "season.organiser", "nothing", "a value")),
    (("organiser: 小城公益协会", 'organiser: " "'), (7, "season.organiser", "nothing", "a value")),
    (
        ("organiser: 小城公益协会", "organiser: " + "会" * 81),
        (7, "season.organiser", "81 characters", "at most 80 characters"),
    ),
    (
        ("organiser: 小城公益协会", 'organiser: "小城\\n协会"'),
        (7, "season.organiser", "“小城 协会”", "a text on one line"),
    ),
    (
        ("organiser: 小城公益协会", 'organiser: "小\\0城"'),
        (7, "season.organiser", "U+0000", "text without control"),
    ),
    (
        ("organiser: 小城公益协会", 'organiser: "小\\ud800城"'),
        (7, "season.organiser", "U+D800", "text without control"),
    ),
    (
        ("organiser: 小城公益协会", "organiser: true"),
        (7, "season.organiser", "“true”", "a text; put it in quotation marks"),
    ),
    (
        ("organiser: 小城公益协会", "organiser: {a: b}"),
        (7, "season.organiser", "a group of keys", "a text"),
    ),
    (("organiser: 小城公益协会", "organiser: !x y"), (7, "season.organiser", "“y”", "a text")),
    (
        ("organiser: 小城公益协会", "organiser: 会\n  contact_email: nobody"),
        (8, "season.contact_email", "“nobody”", "Enter a valid email address"),
    ),
    (
        ('number: "007"', 'number: "00-7"'),
        (19, "categories[1].nominees[1].number", "“00-7”", "A ballot number is 1 to 8"),
    ),
    (
        ('number: "007"', 'number: "123456789"'),
        (19, "categories[1].nominees[1].number", "9 characters", "at most 8 characters"),
    ),
    (
        ('number: "007"', "number: true"),
        (19, "categories[1].nominees[1].number", "“true”", "a text; put it"),
    ),
    (
        ("number: 8", 'number: "007"'),
        (31, "categories[1].nominees[2].number", "“007” again, first in line 19", "each only once"),
    ),
    (
        ("name: 项目", "name: 志愿者"),
        (34, "categories[2].name", "“志愿者” again, first in line 16", "each only once"),
    ),
    (
        ("name: 项目", "name: 项目\n    position: 1"),
        (35, "categories[2].position", "“1” again, first in line 16", "each only once"),
    ),
    (("places: 2", "places: 0"), (17, "categories[1].places", "“0”", "a whole number from 1")),
    (
        ("kind: project", "kind: projekt"),
        (
            36,
            "categories[2].nominees[1].kind",
            "“projekt”",
            "one of person, team, project, community",
        ),
    ),
    (
        ("glasses: yes", "glasses: round"),
        (
            28,
            "categories[1].nominees[1].drawing.glasses",
            "“round”",
            "'round' is not one of no, yes",
        ),
    ),
    (("kind: person, ", ""), (28, "categories[1].nominees[1].drawing.kind", "nothing", "a value")),
    (
        ("scene: truck", "scene: rocket"),
        (30, "categories[1].nominees[1].scenes[1].scene", "“rocket”", "one of truck"),
    ),
    (
        ("label: 公益课堂", "label_en: x"),
        (27, "categories[1].nominees[1].figures[1].label", "nothing", "a value"),
    ),
    (
        (
            "- {value: 126, unit: 期, label: 公益课堂}",
            "[{value: 1, label: a}, {value: 1, label: b}, {value: 1, label: c}]",
        ),
        (26, "categories[1].nominees[1].figures", "a list of 3", "at most 2"),
    ),
    (
        ("- {scene: truck, caption: 送书}", "送书"),
        (29, "categories[1].nominees[1].scenes", "“送书”", "a list, each member"),
    ),
    (
        ("- {scene: truck, caption: 送书}", "- 送书"),
        (30, "categories[1].nominees[1].scenes[1]", "“送书”", "the keys scene, caption"),
    ),
]


@pytest.mark.parametrize(("replacement", "expected"), CASES)
def test_fault_names_line_path_found_and_allowed(
    replacement: tuple[str, str], expected: tuple[int, str, str, str]
) -> None:
    line, path, found, allowed = fault(replacement)

    assert (line, path, found) == expected[:3]
    assert allowed.startswith(expected[3])


SEVERAL = [
    ("slug: small", "slugg: small"),
    (
        "- {scope: season, period: ballot, counts: choices, max: 3}",
        "- {scope: category, period: ballot, counts: choices, max: 1}\n  min_choices: 3",
    ),
    ("closes_at: 2026-11-30 18:00", "closes_at: 2026-11-16 09:00"),
    ("  - starts_at: 2026-11-16 09:00", "  - starts_at: 2026-12-01 09:00"),
    ("number: A1", "ballot_number: A1"),
    ("kind: person, glasses: yes", "kind: person, nose: yes"),
    ("past_winners:", "winners:"),
]


@pytest.mark.parametrize("replacement", SEVERAL)
def test_what_has_several_faults_is_refused_too(replacement: tuple[str, str]) -> None:
    assert faults(changed(replacement))
