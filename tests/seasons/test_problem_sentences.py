"""Every code by which the rules of the count say what is wrong has a sentence, and no other has."""

import ast
import re
from pathlib import Path

import pytest
from django.utils.translation import override

from voting.rules import (
    components,
    conversions,
    panels,
    quotas,
    rubrics,
    shortlisting,
    tie_figures,
    ties,
)
from voting.seasons import counting

MODULES = (
    components, conversions, panels, quotas, rubrics, shortlisting, tie_figures, ties,
)  # fmt: skip


def codes_of(source: str) -> set[str]:
    """Return the words with hyphens in all functions that are named for the problems they find."""
    return {
        node.value
        for function in ast.walk(ast.parse(source))
        if isinstance(function, ast.FunctionDef) and function.name.endswith("problems")
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[a-z]+(-[a-z]+)+", node.value)
    }


CODES = sorted(set().union(*(codes_of(Path(one.__file__).read_text("utf-8")) for one in MODULES)))


def test_codes_are_found_wherever_problems_are_looked_for() -> None:
    """One from each module, and of those that only a function within finds."""
    assert {
        "weights-sum", "bonus-converted", "bands-rise", "points-rise", "drops-all", "quota-twice",
        "least-above-most", "product-decimals", "limit-out-of-range", "step-unknown",
        "step-criterion-twice",
    } <= set(CODES)  # fmt: skip
    # A code that some other function gave would be missed: there is none.
    for module in MODULES:
        for function in ast.walk(ast.parse(Path(module.__file__).read_text("utf-8"))):
            if not isinstance(function, ast.FunctionDef) or function.name.endswith("problems"):
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and ast.unparse(node.func) == "found.append":
                    assert not isinstance(node.args[0], ast.Constant), function.name


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_sentence(code: str) -> None:
    with override("en"):
        sentence = counting.sentence(code)
    assert re.fullmatch(r"[A-Z0-9].*\.", sentence)
    assert "%" not in sentence
