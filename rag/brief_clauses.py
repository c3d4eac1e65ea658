"""Free text of a brief: clause by clause, every fact goes to its field, and what finds no place is kept as a note.

Each character is taken at most once, so that nothing is told twice and what is left over is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.script import fold, has_chinese
from rag.brief_lines import clean, items_of
from rag.brief_terms import (
    APPLY,
    BUSINESS,
    COMPANY,
    COMPANY_NAME,
    COUNT,
    DEPARTMENT,
    HIRE,
    NUMBERS,
    REPORTS,
    SALARY,
    TITLE_END,
    VALID,
    choices,
    filler,
    pattern,
)
from rag.link import RoleLinker
from rag.places import place_pattern

# A clause ends at these marks, not inside a number, a bracket or an address.
_END = re.compile(
    r"[;。!?\n|\u2022]|(?:(?<!\d),|,(?!\d{3}(?!\d)))|(?<![\d.])\.(?=\s|$)|(?<=\d)\.(?=\s|$)|(?<=\s)[-\u2013\u2014](?=\s)"
)
_SENTENCE = re.compile(r"[;。!?\n|]|\.$")
_BRACKETS = re.compile(r"\([^()]{0,60}\)")
_UNKNOWN_PLACE = re.compile(
    r"(?:工作地点?在?|地点[:在]?|坐标|base ?(?:在|地)?|办公(?:地点|室)在|上班(?:地点)?在)\s?:?([一-鿿a-z/、]{2,16})"
    r"|(?:^|[^一-鿿])([一-鿿]{2,4}[市县](?:[一-鿿]{1,5}[区镇])?)"
)
_IN_PLACE = re.compile(r"\b(?:based in|located in|in|at) ((?:[A-Z][\w.'-]+)(?:[ ,]+[A-Z][\w.'-]+){0,2})")
_TITLE_STOP = re.compile(
    r"[,\s]+(?:wanted|needed|required|asap|urgently)\b.*$|\s+(?:in|at|for|with|who|to|on|based|\(|from|must|that|reporting|remote|hybrid|onsite|paying|and (?:a|an|one|two|\d)|as|of (?=\d)|\d)\b.*$"
    r"|(?:在|base|坐标|月薪|年薪|工资|薪资|待遇|要求|负责(?!人)|会(?!计|员|务|展|议)|有|能|需|岗位职责|的jd|jd$|的?职位描述|的?岗位描述|的?岗位说明书|的?职缺).*$"
)
_NO_TITLE = re.compile(
    r"^(?:一?[个份])?(?:jd|人啦?|员工|同事|伙伴|职位描述|岗位描述|岗位说明书|job description|someone|people)[!]?$"
)
# What the recruiter asks of the writer is no fact of the role.
_INSTRUCTION = re.compile(
    r"\s*(?:请?(?:不要|别|不用|无需)(?:写|提|出现|加|说)|ignore |disregard |(?:do not|don't) (?:mention|write|include)|忽略)"
)
_LEVEL = re.compile(
    r"(?:职级|级别|level)\s?[:是为]?\s?([a-z]?\d{1,2}(?:-\d)?|[一-鿿]{2,4})|(?<![a-z])([pt]\d{1,2}(?:-\d)?)(?![\da-z])"
)
# A bare Latin word in a Chinese brief is a tool or a technique: `React`.
_TOOL = re.compile(r"\s*[A-Za-z][\w+#./ &-]{0,30}\s*$")
_PEOPLE = re.compile(r"(?<=[一-鿿)])\s?(?:\d{1,3}|[一二两三四五六七八九十])\s?[名位]")
_ARTICLE = re.compile(r"^(?:an?|the|some|our|for|next)\s+")
_COUNT_TAIL = re.compile(
    rf"[数多几]名$|若干名?$|\s*(?:各)?(?:{COUNT.pattern.replace('?P<n>', '').replace('?P<m>', '').replace('?P<unit>', '')})$"
)
# Lists that an unmarked clause of the same sentence carries on: `要求本科,有作品`.
_CARRIED = ("must_have", "nice_to_have", "benefits", "duties", "goals")


@dataclass(frozen=True)
class Found:
    """A match in a stretch of the text, with its places in the whole text."""

    match: re.Match[str]
    offset: int

    def start(self, group: int = 0) -> int:
        return self.match.start(group) + self.offset

    def end(self, group: int = 0) -> int:
        return self.match.end(group) + self.offset

    def span(self) -> tuple[int, int]:
        return self.start(), self.end()


class Reading:
    """What has been read of a text.

    :param text: free text as typed.
    :param linker: the role catalogue, for titles.
    :param known: fields that a labelled line gave already.
    """

    def __init__(self, text: str, linker: RoleLinker, known: dict[str, str]) -> None:
        self.text, self.folded = text, fold(text)
        self._linker = linker
        self.fields: dict[str, str] = {}
        self.lists: dict[str, list[str]] = {}
        self._known = known
        self._free = [True] * len(text)
        self._carry: str | None = None

    # -- taking -------------------------------------------------------------------------------------------------------

    def _find(self, expression: re.Pattern[str], start: int, end: int) -> Found | None:
        """The first match in a stretch of which nothing is taken; `^` and `$` are the ends of the stretch."""
        for match in expression.finditer(self.folded[start:end]):
            found = Found(match, start)
            if match.group().strip() and all(self._free[found.start() : found.end()]):
                return found
        return None

    def _take(self, start: int, end: int) -> str:
        self._free[start:end] = [False] * (end - start)
        return clean(self.text[start:end])

    def _set(self, name: str, expression: re.Pattern[str], start: int, end: int) -> bool:
        """Take the first match for a field that has no value yet; the last group that matched is the value."""
        if name in self.fields or name in self._known or not (match := self._find(expression, start, end)):
            return False
        group = match.match.lastindex or 0
        value = clean(self.text[match.start(group) : match.end(group)])
        self._take(match.start(), match.end())
        if value:
            self.fields[name] = value
        return bool(value)

    def _add(self, name: str, value: str) -> None:
        if value and value not in self.lists.setdefault(name, []):
            self.lists[name].append(value)

    # -- reading ------------------------------------------------------------------------------------------------------

    def read(self) -> None:
        """Read every clause."""
        at = 0
        spans: list[tuple[int, int]] = []
        masked = place_pattern().sub(lambda m: "x" * len(m.group()), _BRACKETS.sub(_hidden, _spaced(self.folded)))
        for cut in [*_END.finditer(masked), None]:
            end = cut.start() if cut else len(masked)
            if masked[at:end].strip():
                spans.append((at, end))
            at = cut.end() if cut else end
        for index, (start, end) in enumerate(spans):
            self._clause(start, end, first=index == 0)
            gap = self.folded[end : spans[index + 1][0]] if index + 1 < len(spans) else ""
            if _SENTENCE.search(gap.strip(" ")):
                self._carry = None
        if "title" not in self.fields and "title" not in self._known:
            self._guess_title()

    def _clause(self, start: int, end: int, *, first: bool) -> None:
        if _INSTRUCTION.match(self.folded, start, end):
            self._add("notes", self._take(start, end))
            return
        for name in ("language", "tone", "length"):
            self._choice(name, start, end)
        self._set("level", _LEVEL, start, end)
        if self._find(APPLY, start, end) and "apply" not in self._known:
            self._set("valid_until", VALID, start, end)
            value = self._take(start, end)
            self.fields["apply"] = f"{self.fields['apply']}, {value}" if "apply" in self.fields else value
            return
        self._set("valid_until", VALID, start, end)
        if not first and self._find(pattern("nice"), start, end):
            self._whole(
                "nice_to_have",
                start,
                end,
                r"^(?:nice[- ]to[- ]have|preferred|bonus points(?: for)?)\s*:?\s*(?:is |are )?",
            )
            return
        self._company(start, end)
        while self._set("salary", SALARY, start, end):
            pass
        self._set("reports_to", REPORTS, start, end)
        is_title = self._title(start, end, first=first)
        self._set("channel", pattern("channel"), start, end)
        self._employment(start, end)
        self._set("remote", pattern("remote"), start, end)
        if not is_title and self._find(pattern("nice"), start, end):
            self._whole("nice_to_have", start, end, r"^(?:nice[- ]to[- ]have|preferred)\s*:?\s*")
            return
        self._place(start, end)
        self._set("company_stage", pattern("stage"), start, end)
        self._set("business_line", BUSINESS, start, end)
        self._set("department", DEPARTMENT, start, end)
        self._count(start, end)
        self._rest(start, end, is_title=is_title)

    def _employment(self, start: int, end: int) -> None:
        """Every kind of employment named: `full time, permanent`."""
        before = self.fields.get("employment_type")
        while match := self._find(pattern("employment_type"), start, end):
            if "employment_type" in self._known:
                return
            value = self._take(*match.span())
            before = f"{before}, {value}" if before else value
            self.fields["employment_type"] = before

    def _choice(self, name: str, start: int, end: int) -> None:
        for value, expression in choices(name):
            if name not in self.fields and (match := self._find(expression, start, end)):
                self._take(*match.span())
                self.fields[name] = value

    def _company(self, start: int, end: int) -> None:
        if match := self._find(COMPANY, start, end):
            stage = pattern("stage").search(self.folded, *match.span())
            if stage and "company_stage" not in self._known:
                self.fields.setdefault("company_stage", clean(self.text[slice(*stage.span())]))
            if "company" not in self.fields and "company" not in self._known:
                self.fields["company"] = clean(self.text[slice(*match.span())])
                self._take(*match.span())
        else:
            self._set("company_stage", pattern("stage"), start, end)
            self._set("company", COMPANY_NAME, start, end)

    def _place(self, start: int, end: int) -> None:
        if "location" in self.fields or "location" in self._known:
            return
        if place := self._find(place_pattern(), start, end):
            rest = self.folded[place.end() : end]
            # `上海陆家嘴`: what follows the city to the end of the clause is a part of it.
            near = (
                re.fullmatch(r"[一-鿿]{1,5}\s*", rest)
                and not self._is_role(place.end(), end)
                and not re.search(r"招|聘|的|人|有|需", rest)
            )
            stop = end if near and not self.folded[start : place.start()].strip(" 在base:") else place.end()
            self.fields["location"] = self._take(place.start(), stop)
            return
        if self._set("location", _UNKNOWN_PLACE, start, end):
            return
        match = _IN_PLACE.search(self.text, start, end)
        if match and all(self._free[match.start() : match.end()]):
            self.fields["location"] = clean(match.group(1))
            self._take(*match.span())

    def _count(self, start: int, end: int) -> None:
        if "headcount" in self.fields or "headcount" in self._known:
            return
        match = self._find(COUNT, start, end)
        # Thirty people may be the whole company: people are hired where the clause says so.
        if not match or (match.match.group("unit") in {"人", "个人"} and "title" not in self.fields):
            return
        lower = re.search(r"\d+\s?[-~到至]\s?$", self.folded[start : match.start()])
        if lower or re.search(r"\d\s?-\s?\d", match.match.group()):
            # A range is no number of people; it is kept as typed.
            name = "Headcount: " if not has_chinese(self.text) else "\u4eba\u6570\uff1a"
            self._add("conditions", name + self._take(start + lower.start() if lower else match.start(), match.end()))
            return
        number = match.match.group("n") or match.match.group("m")
        self.fields["headcount"] = str(NUMBERS.get(number) or _chinese(number) or number)
        self._take(*match.span())

    # -- titles -------------------------------------------------------------------------------------------------------

    def _title(self, start: int, end: int, *, first: bool) -> bool:
        """Take the title where the clause hires somebody or begins the text; what stands before it is read on its own."""
        if "title" in self.fields or "title" in self._known:
            return False
        cue = self._find(HIRE, start, end)
        at = cue.end() if cue else start
        counted = self._find(_PEOPLE, start, end)
        if not cue and not first and not counted and not self._is_role(start, end):
            return False
        if cue and not self._before_cue(start, cue.start(), end):
            return False
        if cue and re.match(r"人(?![事力])", self.folded[cue.end() : end]) and self._is_role(start, cue.start()):
            self._take(cue.start(), cue.end() + 1)
            end, at = cue.start(), start
        elif cue:
            self._take(*cue.span())
        at = self._after_count(at, end)
        # Modifiers: `上海的、会剪视频的新媒体运营`.
        if (modifier := self.folded.rfind("的", at, end)) > 0 and not re.match(
            r"的?(?:jd|职位|岗位|职缺|人)", self.folded[modifier:end]
        ):
            pieces = self._pieces(at, modifier, "的")
            at = modifier + 1
        else:
            pieces = []
        place = self._find(place_pattern(), at, end)
        if place and place.start() == at:
            self._place(at, end)
            at = place.end()
        for expression, name in ((pattern("employment_type"), "employment_type"), (pattern("remote"), "remote")):
            match = expression.match(self.folded, at, end)
            if match and not re.match(r"生", self.folded[match.end() : end]):
                self._set(name, expression, at, end)
                at = match.end() + len(self.folded[match.end() : end]) - len(self.folded[match.end() : end].lstrip())
        at = self._after_count(at, end)
        begin, stop = self._title_span(at, end, cue=cue is not None)
        value = clean(self.text[begin:stop])
        sure = cue is not None or counted is not None or self._is_role(begin, stop)
        found = len(value) >= 2 and not _NO_TITLE.match(fold(value)) and sure
        if found and all(self._free[begin:stop]):
            self._take(begin, stop)
            self.fields["title"] = _singular(value) if value.isascii() else value
        for piece in pieces:
            self._clause(*piece, first=False)
        return found

    def _guess_title(self) -> None:
        """A short note at the beginning is the title, where nothing else is: `Part-time barista, Austin`."""
        for note in self.lists.get("notes", ())[:2]:
            value = _TITLE_STOP.sub("", note)
            named = TITLE_END.search(fold(value)) if has_chinese(value) else len(value.split()) <= 4
            if named and 2 <= len(value) <= 30 and not re.search(r"\d", value) and not _NO_TITLE.match(fold(value)):
                self.fields["title"] = value
                self.lists["notes"].remove(note)
                return

    def _before_cue(self, start: int, cue: int, end: int) -> bool:
        """Whether the clause hires: a requirement such as `需要三年经验` does not."""
        tail = self.folded[cue:end]
        asks = re.match(
            r"(?:需要?|要|缺|needs?|want)(?!.{0,4}(?:名|位|个|人)| an? | (?:\d|one|two|three|four|five) ?)", tail
        )
        begins = tail.startswith("need ") and not self.folded[start:cue].strip()
        return not asks or begins or self._is_role(cue, end)

    def _after_count(self, at: int, end: int) -> int:
        """Past a count of people and an article."""
        while True:
            match = COUNT.match(self.folded, at, end) or re.compile(r"\d{1,2}\s(?=[a-z])").match(self.folded, at, end)
            if match and match.group().strip().isdigit() and "headcount" not in self.fields:
                self.fields["headcount"] = match.group().strip()
            elif match:
                self._count(at, match.end())
            match = match or _ARTICLE.match(self.folded[at:end])
            if not match:
                number = re.compile(r"(one|two|three|four|five|six|seven|eight|nine|ten)\s(?=[a-z])").match(
                    self.folded, at, end
                )
                if not number:
                    return at
                self.fields.setdefault("headcount", str(NUMBERS[number.group(1)]))
                match = number
            length = len(match.group())
            self._take(at, at + length)
            at += length + (len(self.folded[at + length : end]) - len(self.folded[at + length : end].lstrip()))

    def _title_span(self, at: int, end: int, *, cue: bool) -> tuple[int, int]:
        """Where the title stands: up to what follows it, without a count, a place or pay at its end."""
        stretch = self.folded[at:end]
        taken = next((n for n in range(at, end) if not self._free[n]), end)
        stretch = stretch[: taken - at]
        place = place_pattern().search(stretch)
        if stretch.isascii() and place and place.start() > 2:
            stretch = stretch[: place.start()].rstrip()
        for expression in (_TITLE_STOP, _COUNT_TAIL):
            match = expression.search(stretch)
            if match and match.start() >= 2:
                stretch = stretch[: match.start()].rstrip()
        if not cue:
            # Without a cue the title may follow what it is for: `天猫旗舰店售前客服`.
            mentions = [m for m in self._linker.link(self.text[at : at + len(stretch)]) if m.entries[0].kind == "role"]
            business = BUSINESS.match(stretch)
            if business and mentions and business.end() < len(stretch):
                return at + business.end(), at + len(stretch)
        count = COUNT.search(stretch)
        if count and count.start() >= 2:
            stretch = stretch[: count.start()]
        return at, at + len(stretch.rstrip())

    def _is_role(self, start: int, end: int) -> bool:
        """Whether a stretch names a role: one of the catalogue, or by its ending."""
        stretch = self.text[start:end].strip()
        bare = _COUNT_TAIL.sub("", fold(stretch)).strip()
        if len(bare) > 40:
            return False
        named = any(mention.entries[0].kind == "role" for mention in self._linker.link(bare))
        return bool(TITLE_END.search(bare)) or (
            named and len(bare) <= 16 and not pattern("must").search(bare) and not pattern("duties").search(bare)
        )

    def _pieces(self, start: int, end: int, mark: str) -> list[tuple[int, int]]:
        cuts = [n for n in range(start, end) if self.folded[n] in mark + "、"]
        edges = [start, *(cut + 1 for cut in cuts)]
        return [(a, b) for a, b in zip(edges, [*cuts, end], strict=True) if self.folded[a:b].strip()]

    # -- what is left -------------------------------------------------------------------------------------------------

    def _rest(self, start: int, end: int, *, is_title: bool) -> None:
        """Put what a clause still holds where it belongs."""
        left = self._left(start, end)
        if not left:
            return
        named = next((name for name in ("goals", "conditions", "duties") if self._find(pattern(name), *left)), None)
        if named == "conditions" and self._only_benefits(*left):
            named = None
        must = self._find(pattern("must"), *left) or (
            _TOOL.match(self.text, *left) if has_chinese(self.text) and not is_title else None
        )
        if self._find(pattern("nice"), *left):
            self._whole("nice_to_have", *left, r"^(?!)")
            return
        if "\u3001" in self.text[slice(*left)] and self._find(pattern("benefits"), *left) and not is_title:
            for piece in self._pieces(*left, "\u3001"):
                self._rest(*piece, is_title=False)
            return
        if (
            must
            and named in {None, "duties"}
            and not (named == "duties" and self.folded[slice(*left)].startswith("负责"))
        ):
            self._whole(
                "must_have",
                *left,
                r"^(?:还?(?:要(?=\d)|要会|必须会?|需要?会|需会|须会|要懂|要求|需要|必须|需|须)(?:是|有|:|具备)?|(?:must|should|need to|needs to)(?: have| know| be)?:?(?= )|required?:?|requirements?:?)\s*:?",
            )
        elif named:
            self._whole(named, *left, r"^(?:(?:我们的)?目标(?:是|为)?:?\s?)" if named == "goals" else r"^(?!)")
        elif not has_chinese(self.text) and self._find(pattern("benefits"), *left):
            self._whole("benefits", *left, r"^(?:and|plus|\+|we offer|benefits:?|offering)\s?")
        elif self._benefits(start, end):
            self._leftover(start, end)
        elif self._carry and not is_title:
            self._whole(self._carry, *left, r"^(?:and|以及|和)\s?")
        else:
            self._leftover(start, end)

    def _only_benefits(self, start: int, end: int) -> bool:
        rest = pattern("benefits").sub("", self.folded[start:end])
        return rest != self.folded[start:end] and not pattern("conditions").search(rest)

    def _benefits(self, start: int, end: int) -> bool:
        found = False
        while match := self._find(pattern("benefits"), start, end):
            self._add("benefits", self._take(*match.span()))
            found = True
        if found:
            self._carry = "benefits"
        return found

    def _whole(self, name: str, start: int, end: int, cue: str) -> None:
        """Take a whole clause, its cue left out, into a list."""
        folded = self.folded[start:end].lstrip()
        start = end - len(folded)
        lead = re.match(cue, folded) or re.match(r"(?:for|in|with|and|plus) (?=\w)", folded)
        end -= len(tail.group()) if (tail := re.search(r"\s(?:in|for|at|with|and|on)\s*$", folded)) else 0
        begin = start + (lead.end() if lead else 0)
        pieces = (
            items_of(self.text[begin:end])
            if name in {"must_have", "nice_to_have", "benefits"} and "、" in self.text[begin:end]
            else [clean(self.text[begin:end])]
        )
        for piece in pieces:
            self._add(name, piece)
        self._free[start:end] = [False] * (end - start)
        self._carry = name if name in _CARRIED else self._carry

    def _left(self, start: int, end: int) -> tuple[int, int] | None:
        """The longest stretch of a clause that is free and says something."""
        best = max(self._stretches(start, end), key=lambda span: span[1] - span[0], default=None)
        return best if best and _says(self.folded[slice(*best)]) else None

    def _stretches(self, start: int, end: int) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        for at in range(start, end):
            if self._free[at] and not (found and found[-1][1] == at):
                found.append((at, at + 1))
            elif self._free[at]:
                found[-1] = (found[-1][0], at + 1)
        return found

    def _leftover(self, start: int, end: int) -> None:
        for span in self._stretches(start, end):
            stretch = self.text[slice(*span)].strip()
            if re.fullmatch(r"[(\uff08][^()\d]{2,12}[)\uff09]", stretch) and self.fields.get("title", "").isalnum():
                # What a bracket behind the title says belongs to it: `实习生2名(新媒体方向)`.
                self._take(*span)
                self.fields["title"] += stretch
            elif _says(self.folded[slice(*span)]):
                self._add("notes", self._take(*span))


def _hidden(match: re.Match[str]) -> str:
    """Brackets as part of their clause, or, when they hold facts of their own, as clauses."""
    inside = match.group()[1:-1]
    apart = re.search(r"[,;\d]", inside) or any(
        pattern(name).search(inside) for name in ("conditions", "employment_type", "remote")
    )
    if apart and not pattern("remote").search(match.string[: match.start()][-8:]):
        return f"|{inside}|"
    return "x" * len(match.group())


def _spaced(folded: str) -> str:
    """Spaces as separators, in Chinese lines that have no other: `英语老师 时薪150元 北京`."""

    def line(text: str) -> str:
        gaps = re.findall(r"(?<=[一-鿿)]) | (?=[一-鿿])", text)
        return text.replace(" ", "|") if len(gaps) > 1 and not re.search(r"[,;。、|]", text) else text

    return "\n".join(line(text) for text in folded.split("\n"))


def _says(folded: str) -> bool:
    """Whether a stretch holds more than filler."""
    rest = filler().sub("", folded)
    return len(rest) >= 2 or rest.isdigit()


def _chinese(number: str) -> int | None:
    """Two Chinese digits: 十二, 二十."""
    if not set(number) <= set(NUMBERS):
        return None
    head, tail = number[0], number[1:]
    if head == "十":
        return 10 + NUMBERS.get(tail, 0)
    return NUMBERS[head] * (10 if tail == "十" else 1)


def _singular(title: str) -> str:
    """An English title for one person."""
    return (
        re.sub(r"(?<=[a-rt-z])s$", "", title)
        if re.search(r"(?:er|or|st|nt|ive|ern|ian|ate|ead|ect)s$", title, re.I)
        else title
    )
