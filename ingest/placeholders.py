"""What stands where a description should, and only says that there is none yet: `（待补充）`, `由资讯部另订之`, `TBD`."""

from __future__ import annotations

import re

from ingest.script import search_form

_LONGEST = 24
_AROUND = " \t\n()[]【】。.;"
_OPEN = (
    r"(?:从|此处|职责|内容|以下)?略"
    r"|[^,。;:()]{0,10}?(?:"
    r"另行?(?:订|定|发|规定|制定|通知|公布|补充)|后补|待(?:定|补充?|完善|确认|更新|填写?)|暂[无缺]|(?:暂|尚)未[^,。]{0,4}|未(?:提?交|提供|填写?)"
    r"|tbd|todo|n/a|to be (?:defined|added|confirmed|determined|written)|coming soon"
    r")(?:归属|中|之)?"
)
_PLACEHOLDER = re.compile(rf"(?:{_OPEN})(?:,(?:{_OPEN}))*")


def is_placeholder(text: str) -> bool:
    """Whether a text says nothing but that something is still to be written.

    :param text: an item or a short section, in any script.
    """
    folded = search_form(text).strip(_AROUND)
    return len(folded) <= _LONGEST and _PLACEHOLDER.fullmatch(folded) is not None
