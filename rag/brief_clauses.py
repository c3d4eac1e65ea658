"""Free text of a brief: clause by clause, every fact goes to its field, an unmarked one is asked for, and talk is kept as a note."""

from __future__ import annotations

from rag import brief_facts as facts
from rag.brief_rest import is_wish, take_rest
from rag.brief_text import Clause, Reading
from rag.brief_title import guess_title, take_title


def read_clauses(reading: Reading) -> None:
    """Read every clause: first what has a form of its own, then the title, then what is left.

    :param reading: the text, none of it read; filled in place.
    """
    for clause in reading.clauses():
        if clause.opens:
            reading.carry = clause.carry
        _clause(reading, clause)
    if reading.wanted("title"):
        guess_title(reading)


def _clause(reading: Reading, clause: Clause) -> None:
    at = clause.start, clause.end
    if facts.is_contact(reading, *at):
        return
    facts.take_wishes(reading, *at)
    if not clause.first and is_wish(reading, *at):
        return
    for take in facts.IN_ORDER:
        take(reading, *at)
    titled = take_title(reading, clause)
    if not titled and is_wish(reading, *at):
        return
    facts.take_context(reading, *at)
    take_rest(reading, *at, titled=titled)
