"""Words that a name must not carry without the approval that stands behind them.

Awards whose name claims a nation, a province or a higher body need an approval from that level;
without any approval there may be a showcase, but no talk of titles and honours.
"""

import re
from typing import Final

# The national list of 2021, and what Hunan adds in its own of 2022.
NATIONAL: Final = ("国家", "中国", "中华", "全国", "亚洲", "全球", "世界")
PROVINCIAL: Final = ("湖南省", "全省", "三湘", "潇湘")
# What confers or claims an honour.
HONOURS: Final = ("授予", "称号", "表彰", "颁奖", "获奖", "评奖", "奖项", "荣誉")
_ENGLISH: Final = re.compile(
    r"\b(?:national|nationwide|china|chinese|asian?|global|world|provincial|province)\b",
    re.IGNORECASE,
)
_ENGLISH_HONOURS: Final = re.compile(
    r"\b(?:awards?|awarded|prizes?|winners?|honou?rs?|honou?red|titles?|conferred)\b", re.IGNORECASE
)


def claims(text: str) -> list[str]:
    """Return the words of a name that claim a nation or a province, each once, in their order."""
    found = [(text.find(word), word) for word in (*NATIONAL, *PROVINCIAL) if word in text]
    found += [(one.start(), one.group()) for one in _ENGLISH.finditer(text)]
    return list(dict.fromkeys(word for _place, word in sorted(found)))


def honours(text: str) -> list[str]:
    """Return the words of a text that speak of titles and honours, each once, in their order."""
    found = [(text.find(word), word) for word in HONOURS if word in text]
    found += [(one.start(), one.group()) for one in _ENGLISH_HONOURS.finditer(text)]
    return list(dict.fromkeys(word for _place, word in sorted(found)))
