"""A pasted text made regular before it is read: mail around it is told apart, and labels in any dress become `label: value`."""

from __future__ import annotations

import re

from ingest.script import fold
from rag.brief_labels import LABELS, SYMBOLS, label_of, topic_of
from rag.brief_terms import HIRE

_SQUARE = re.compile(
    r"^[ \t]*[\u3010\[\u300c]([^\u3010\u3011\[\]\n]{1,16})[\u3011\]\u300d][ \t]*[:\uff1a]?(?=[ \t]*\S)", re.M
)
_STARRED = re.compile(r"^[ \t]*\*\*([^*\n]{1,24})\*\*[ \t]*(?=\S)", re.M)
_SYMBOL = re.compile(rf"^\s*({'|'.join(SYMBOLS)})\ufe0f?\s*(?![^:\uff1a\n]{{1,8}}[:\uff1a])", re.M)
_INLINE = re.compile(
    rf"(?:(?<=[,;。|])\s*|(?<=\.)\s+|(?<= /)\s*|(?<=\s)(?=[一-鿿]))(?=(?:{'|'.join(pattern for name, pattern in LABELS.items() if name not in {'tone', 'channel'})})\s?:)"
)
# `部门【供应链】 岗位【物流专员】`: the value stands in the brackets.
_VALUED = re.compile(r"([一-鿿]{2,6})[【\[「]([^【】\[\]\n]{1,40})[】\]」]")
# `Pay - $72k || Where - Columbus, OH`: a dash between label and value, bars between the rows.
_DASHED = re.compile(r"^\s*([A-Za-z\u4e00-\u9fff][\w &'/]{0,24}?)\s+[-\u2013\u2014]\s+(?=\S)")
# What a mail has around its text; its subject may be all that names the role.
_MAIL = re.compile(
    r"^\s*(?:(?:from|to|cc|bcc|sent|date|发件人|收件人|抄送|发送时间|寄件者|副本)\s*:.*|-{3,}.*-{3,}|>+\s*)$"
)
_SUBJECT = re.compile(r"^\s*(?:subject|主题|主旨)\s*:\s*(?:(?:re|fwd?|回复|转发)\s*:\s*)*")
# A text that greets somebody in a line of its own is a letter.
_GREETING = re.compile(r"^\s*(?:(?:hi|hello|dear|hey)(?![a-z])|各位|大家好|您好|你好)[^:。!]{0,24}[,!]?\s*$")
_LETTER = re.compile(
    r"^\s*(?:(?:hi|hello|dear|team|all|hey)(?![a-z])[^,:.!]{0,24}[,:!]?|(?:各位|致|大家|您|你|hr)[^,:。!]{0,8}(?:好|同仁|同事)?[,:!]?|(?:best|regards|thanks|thx|cheers|谢谢|此致|敬礼|特此公告|以上)[^\n]{0,12}[。!]?)\s*$"
)


_SELF = frozenset({"我", "Me", "me", "I"})
# A post of a forum: its title, then a line that says that here is what it says.
_HEADLINE = re.compile(r"\s*(?:标题|主题|主旨|subject)\s*:\s*")
_BODY = re.compile(r"^\s*(?:[內内]容|正文|body)\s*[:\uff1a][ \t]*$", re.M)
_CLOSING = re.compile(
    r"^\s*(?:(?:best|kind|many)\b.{0,16}|regards|thanks|thank you|thx|cheers|谢谢|多谢|此致|敬礼|顺颂.{0,6})[,.!。~]*\s*$"
)


# Who says a line of a chat: `丽姐：在不`, `Dana: sure`.
_SPEAKER = re.compile(
    r"^[ \t]*([^\s:\uff1a,\uff0c\u3002;\uff1b|\t]{1,8}|[A-Z][a-z]+ [A-Z][a-z]*)[ \t]?[:\uff1a][ \t]*(?=\S)"
)


def without_speakers(text: str) -> str:
    """A chat without who says each line; any other text as it is.

    :param text: as pasted; it is a chat when a name that is no label begins two lines or more.
    """
    said = [match.group(1) for line in text.splitlines() if (match := _SPEAKER.match(line))]
    names = {name for name in said if said.count(name) > 1 and not topic_of(name) and not re.search(r"\d", name)}
    # The other one may speak but once.
    names |= {name for name in said if names and name in _SELF}
    return "\n".join(
        line[match.end() :] if (match := _SPEAKER.match(line)) and match.group(1) in names else line
        for line in text.splitlines()
    )


def is_around(line: str) -> bool:
    """Whether a folded line is what a letter has around its text: a head, a greeting, the closing words."""
    return bool(_MAIL.match(line) or _LETTER.match(line) or _GREETING.match(line))


def tidied(text: str) -> tuple[str, list[str]]:
    """A text with one label a line.

    :param text: as pasted.
    :return: it, and the lines that a mail has put around it.
    """
    text, around = _without_mail(text)
    if headed := _HEADLINE.match(fold(text)):
        text = _BODY.sub("", text[headed.end() :], count=1)
    text = _VALUED.sub(_valued, text)
    text = _SQUARE.sub(_unbracketed, text)
    text = _STARRED.sub(
        lambda match: f"{match.group(1).rstrip(':：')}: " if label_of(match.group(1)) else match.group(), text
    )
    text = _SYMBOL.sub(lambda match: f"{SYMBOLS[match.group(1)]}: ", text)
    text = "\n".join(_undashed(line) for line in text.splitlines())
    cuts = [match.start() for match in _INLINE.finditer(fold(text))]
    edges = zip([0, *cuts], [*cuts, len(text)], strict=True)
    pieces = (
        text[start:end].rstrip(" ,;|/\uff0c\uff1b") if end < len(text) else text[start:end] for start, end in edges
    )
    return "\n".join(pieces), around


def _without_mail(text: str) -> tuple[str, list[str]]:
    """A text without the lines that a mail puts around it, and these; a text without such lines stays as it is."""
    lines = [line for line in text.splitlines() if line.strip()]
    folded = [fold(line) for line in lines]
    if not any(map(_MAIL.match, folded)) and not (len(lines) > 2 and any(map(_GREETING.match, folded[:2]))):
        return text, []
    kept: list[str] = []
    around: list[str] = []
    ends = next(
        (at for at, bare in enumerate(folded) if at and at >= len(lines) - 4 and _CLOSING.match(bare)), len(lines)
    )
    for at, (line, bare) in enumerate(zip(lines, folded, strict=True)):
        # Who signs stands below the closing words.
        signs = at > ends and len(bare) <= 24 and not re.search(r"[\d:@]", bare)
        if signs or _MAIL.match(bare) or _LETTER.match(bare):
            around.append(line.strip())
        else:
            subject = _SUBJECT.match(bare)
            kept.append(line[subject.end() :] if subject else line)
    return "\n".join(kept), around


def _unbracketed(match: re.Match[str]) -> str:
    """A label without its brackets; a name before a comma is no label."""
    label = match.group(1)
    return label if re.match(r"\s*[,\uff0c]", match.string[match.end() :]) else label + _mark(label)


def _mark(label: str) -> str:
    """What stands behind a label in brackets: a verb of hiring goes on into its title."""
    return ": " if topic_of(label) else "" if HIRE.fullmatch(fold(label)) else " "


def _valued(match: re.Match[str]) -> str:
    """A label whose value stands in brackets behind it; any other bracket stays."""
    return f"\n{match.group(1)}: {match.group(2)}\n" if label_of(match.group(1)) else match.group()


def _undashed(line: str) -> str:
    """A row of labels with dashes, one label a line; any other line stays."""
    cells = [cell for cell in re.split(r"\s*\|+\s*", line) if cell.strip()]
    labelled = [match for cell in cells if (match := _DASHED.match(cell)) and label_of(match.group(1))]
    if len(cells) < 2 or len(labelled) < 2:
        return line
    return "\n".join(_DASHED.sub(lambda match: f"{match.group(1)}: ", cell) for cell in cells)
