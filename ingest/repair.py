"""Repair what a page's characters have been through: width, invisible marks, bytes read in the wrong encoding.

What can be undone exactly is undone; what cannot is marked, so that it is searched but never quoted.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby, takewhile

from ingest.decode import everyday_share
from ingest.edits import Edit
from ingest.script import CJK, fold, full_width

# Zero-width characters, soft hyphens, byte order marks, private-use icons and control characters.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ue000-\uf8ff\x00-\x08\x0b\x0e-\x1f\x7f]+")
# Full-width letters and digits, Kangxi radicals and compatibility ideographs (some PDF fonts write them), odd spaces.
_WIDTH = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u2f00-\u2fd5\uf900-\ufaff\u2e80-\u2ef3]+")
_SPACE = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
# A lead byte that became `?`: the bytes behind it are shifted by one until a full stop or a bracket.
_SHIFTED = re.compile(r"(?<=[㐀-鿿])\?[!;,:\uff01\uff1b\uff0c\uff1a](?=[^\s\x00-\x7f])")
_MAX_SHIFTED = 16
_PAIRS = (("\u201c", "\u201d"), ("\u300c", "\u300d"), ("\u300e", "\u300f"), ("\u300a", "\u300b"), ("\uff08", "\uff09"))
_LOST = re.compile("\ufffd+|(?:\u951f\u65a4\u62f7)+|(?:\u70eb){3,}|(?:\u5c6f){3,}")
_CLAUSE = re.compile(r"[,;。!?\n]")
# List items, headings and table rows repeat on purpose.
_MARKED = re.compile(r"(?:\d{1,2}[.、)]|[-*•]\s|#|\||\([一二三四五六七八九十\d]+\))")
# The beginning of a first line up to its last number, numbers written as 0.
_TO_NUMBER = re.compile(r".{4,}0(?: ?[页頁])?")
# `第 1 页`, `- 1 -`, `1 / 2`, `Page 1 of 2`, also behind a short name: `岗位手册 第 1 页 共 2 页`.
_PAGE_NUMBER = re.compile(
    r"[-—\s]*\d{1,3}(?:\s*/\s*\d{1,3})?[-—\s]*|.{0,30}?(?:第\s*\d{1,3}\s*[页頁]|\bpage\s+\d{1,3}\b).{0,12}", re.I
)
_LEAD = 0xB1
_MIN_EVERYDAY = 0.99


def invisible(text: str) -> list[Edit]:
    """Characters that show nothing."""
    return [Edit(*match.span()) for match in _INVISIBLE.finditer(text)]


def width(text: str) -> list[Edit]:
    """Letters and digits of double width, radicals for characters, and spaces of all kinds become the usual ones."""
    found = [Edit(*match.span(), unicodedata.normalize("NFKC", match.group())) for match in _WIDTH.finditer(text)]
    found += [Edit(*match.span(), " ") for match in _SPACE.finditer(text)]
    changed = [edit for edit in found if text[edit.start : edit.end] != edit.replacement]
    return sorted(changed, key=lambda edit: edit.start)


def mojibake(text: str) -> list[Edit]:
    """Lines whose UTF-8 bytes were read in another encoding, undone where the bytes are all there."""
    edits: list[Edit] = []
    offset = 0
    for line in text.split("\n"):
        if (mended := _reread(line)) is not None:
            edits.append(Edit(offset, offset + len(line), mended))
        offset += len(line) + 1
    return edits


def _reread(line: str) -> str | None:
    """The line as it was meant; None for a line that reads well, or cannot be read back."""
    if line.isascii():
        return None
    import ftfy

    # ftfy knows the Western encodings; UTF-8 taken for GB 18030 is the Chinese case, and never happens by chance.
    try:
        chinese = line.encode("gb18030").decode("utf-8")
    except UnicodeError:
        chinese = None
    if chinese and sum(bool(CJK.match(char)) for char in chinese) >= 2:
        return chinese
    western = ftfy.fix_encoding(line)
    return western if western != line else None


def shifted(text: str) -> tuple[list[Edit], list[bool]]:
    """Places where a lost lead byte shifted the bytes behind it.

    :return: the repairs, and for each whether it is proven: it gave back the first half of a pair of quotation marks.

    The rule: widen the sign behind the `?`, encode as GB 18030, put the lead byte 0xB1 for the `?`, decode. It ends where the
    characters behind it come out as they were, which is where the bytes are in step again.
    """
    edits: list[Edit] = []
    proven: list[bool] = []
    for match in _SHIFTED.finditer(text):
        mended = _unshift(text[match.start() : match.start() + _MAX_SHIFTED])
        if mended is None:
            continue
        length, good = mended
        end = match.start() + length
        edits.append(Edit(match.start(), end, good))
        rest = text[end:].split("\n", 1)[0][:60]
        proven.append(any(first in good and second in rest for first, second in _PAIRS))
    return edits, proven


def _unshift(damaged: str) -> tuple[int, str] | None:
    """How many characters the damage spans and what they were; None for what is a question mark and no damage."""
    wide = "?" + full_width(damaged[1]) + damaged[2:]
    for length in range(4, len(wide)):
        now, more = (_reread_shifted(wide[:end]) for end in (length, length + 1))
        if now and more == now + wide[length]:
            trusted = CJK.match(now[0]) and _reads(now) and everyday_share(now) >= _MIN_EVERYDAY
            return (length, now) if trusted else None
    return None


def _reread_shifted(wide: str) -> str | None:
    try:
        return bytes([_LEAD, *wide.encode("gb18030")[1:]]).decode("gb18030")
    except UnicodeError:
        return None


def lost(text: str) -> list[tuple[int, int]]:
    """The clauses in which characters are lost for good: replacement characters and what they turn into."""
    return sorted({clause(text, match.start()) for match in _LOST.finditer(text)})


def _reads(text: str) -> bool:
    return all(CJK.match(char) or unicodedata.category(char)[0] in "PL" for char in text)


def clause(text: str, at: int) -> tuple[int, int]:
    """The clause around a place: what is between two signs, the damage included."""
    folded = fold(text)
    before = [match.end() for match in _CLAUSE.finditer(folded, max(0, at - 80), at)]
    after = next((match.start() for match in _CLAUSE.finditer(folded, at + 2)), len(text))
    return (before[-1] if before else max(0, at - 80), after)


def repeated_paragraphs(text: str, shortest: int = 30, anywhere: int = 100) -> list[Edit]:
    """Paragraphs that stand on the page twice, and leads that a paragraph below repeats in full.

    The same short sentence under two headings is no repetition, so paragraphs below `anywhere` characters must stand near
    each other, with no short line (a heading, a label) between them.

    :param text: the present text.
    :param shortest: paragraphs with fewer characters may repeat.
    :param anywhere: paragraphs with this many Chinese characters (three times as many Latin letters) are not written twice on purpose.
    """
    edits: list[Edit] = []
    seen: set[str] = set()
    near: list[tuple[int, int, str]] = []
    offset = 0
    for line in text.split("\n"):
        folded = fold(line.strip())
        span = (offset, min(offset + len(line) + 1, len(text)), folded)
        offset += len(line) + 1
        if not folded:
            continue
        if len(folded) < shortest or _MARKED.match(folded):
            near = []
            continue
        lead = next(
            (row for row in near if len(folded) > len(row[2]) and folded.startswith(row[2].rstrip(".。\u2026"))), None
        )
        if lead:
            edits.append(Edit(*lead[:2]))
            near.remove(lead)
        teaser = folded.endswith(("...", "\u2026")) and folded.rstrip(".\u2026")
        if teaser and any(before.startswith(teaser) for before in seen):
            edits.append(Edit(*span[:2]))
            continue
        if (len(folded.encode()) >= 3 * anywhere and folded in seen) or any(folded == row[2] for row in near):
            edits.append(Edit(*span[:2]))
        else:
            near = [*near[-2:], span]
        seen.add(folded)
    return sorted(edits, key=lambda edit: edit.start)


def repeated_edges(pages: list[str], lines: int = 2, share: float = 0.6) -> list[list[Edit]]:
    """Running heads and feet of a paged document: edge lines that, numbers aside, stand on most pages.

    :param pages: the text of each page.
    :param lines: how many lines at each end of a page are looked at; an inner one goes only with those outside it.
    :param share: the share of pages that makes an edge line a running one; at least three pages must have it.
    :return: the edits of each page. Of two pages, where a title may be the head as well, the first keeps a line that the second
        repeats, and only page numbers go from both.
    """
    edges = [_edges(page, lines) for page in pages]
    if len(pages) < 3:
        return _two_edges(pages, edges) if len(pages) == 2 else [[] for _ in pages]
    keys = sorted(key for sides in edges for key in {key for side in sides for _, _, key in side})
    common = {key for key, group in groupby(keys) if len(list(group)) >= max(3, share * len(pages))}
    glued = _glued_heads(pages)
    found: list[list[Edit]] = []
    for sides, head in zip(edges, glued, strict=True):
        running = [row for side in sides for row in takewhile(lambda row: row[2] in common, side)]
        edits = {Edit(start, end) for start, end, _ in running}
        found.append(sorted(edits, key=lambda edit: edit.start) or ([head] if head else []))
    return found


_Side = list[tuple[int, int, str]]


def _two_edges(pages: list[str], edges: list[tuple[_Side, _Side]]) -> list[list[Edit]]:
    """The running lines of two pages."""
    found: list[list[Edit]] = [[], []]
    for side in zip(*edges, strict=True):
        for (start, end, key), (other_start, other_end, other_key) in zip(*side, strict=False):
            line, other = pages[0][start:end].strip(), pages[1][other_start:other_end].strip()
            numbers = line != other and _PAGE_NUMBER.fullmatch(line) and _PAGE_NUMBER.fullmatch(other)
            if not key or key != other_key or not (numbers or (line == other and not _MARKED.match(line))):
                break
            if numbers:
                found[0].append(Edit(start, end))
            found[1].append(Edit(other_start, other_end))
    return [sorted(page_edits, key=lambda edit: edit.start) for page_edits in found]


def _edges(page: str, lines: int) -> tuple[_Side, _Side]:
    """The first and the last lines of a page, each from the outside in."""
    spans: list[tuple[int, int, str]] = []
    offset = 0
    for line in page.split("\n"):
        if line.strip():
            key = re.sub(r"\d+", "0", fold(line.strip()))
            spans.append((offset, min(offset + len(line) + 1, len(page)), key if len(key) <= 60 else ""))
        offset += len(line) + 1
    return spans[:lines], spans[::-1][: min(lines, max(0, len(spans) - lines))]


def _glued_heads(pages: list[str]) -> list[Edit | None]:
    """A running head with the page's number that lost the line end behind it: `岗位手册 第 3 页礼宾员`."""
    none: list[Edit | None] = [None for _ in pages]
    firsts = [fold(page.split("\n", 1)[0]) for page in pages]
    keys = [re.sub(r"\d+", "0", first) for first in firsts]
    columns = takewhile(lambda column: len(set(column)) == 1, zip(*keys, strict=False))
    shared = _TO_NUMBER.match("".join(column[0] for column in columns))
    if not shared:
        return none
    pattern = re.compile(re.escape(shared.group()).replace("0", r"(\d+)"))
    matches = [pattern.match(first) for first in firsts]
    numbers = {match.groups()[-1] for match in matches if match}
    # A number that stands still is a year or a version.
    return [match and Edit(0, match.end()) for match in matches] if len(numbers) == len(pages) else none
