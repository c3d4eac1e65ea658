"""The styles of the page as one file, which a browser keeps, and reads while it still fetches the scripts.

Given to Gradio they would come inside the page's description. Every browser would then take them apart, write each rule a second time
below Gradio's own selector, so that it outweighs the styles of the components, and read it all again. The same is done here, once.
"""

from __future__ import annotations

import gzip
import re
from hashlib import sha256
from pathlib import Path

from fastapi import FastAPI, Request, Response

from ui.assets import KEPT

FILES = ("style.css", "chat.css", "jd.css", "figures.css")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_RULE = re.compile(
    r"(?P<media>@media[^{]*)\{(?P<rules>(?:[^{}]*\{[^{}]*\})*)\s*\}|(?P<names>[^{}@]+)(?P<body>\{[^{}]*\})"
)
# As heavy as Gradio's own, which names its version.
_INSIDE = ".gradio-container.gradio-container .contain"


def outweighing(css: str) -> str:
    """The rules of a style sheet once as they are and once so that they outweigh Gradio's; below `@media` only the latter.

    :param css: plain rules and `@media`, without commas inside a selector's brackets.
    """

    def heavy(name: str) -> str:
        dark = ".dark " if ".dark" in name else ""
        return f"{dark}{_INSIDE} {name.replace('.dark', '', 1).strip()}"

    def rule(found: re.Match[str], *, twice: bool) -> str:
        if found["media"]:
            return found["media"] + "{" + _RULE.sub(lambda inner: rule(inner, twice=False), found["rules"]) + "}"
        names, body = found["names"].strip(), found["body"]
        return (names + body if twice else "") + ",".join(map(heavy, names.split(","))) + body

    return _RULE.sub(lambda found: rule(found, twice=True), _COMMENT.sub("", css))


def offer(server: FastAPI) -> str:
    """Serve the styles.

    :param server: gets their address before anything is mounted at `/`.
    :return: the link to them, for the page.
    """
    here = Path(__file__).parent
    sheet = outweighing("\n".join((here / name).read_text(encoding="utf-8") for name in FILES)).encode()
    packed = gzip.compress(sheet)
    path = f"/rolewright-{sha256(sheet).hexdigest()[:16]}.css"
    name, value = (part.decode() for part in KEPT)

    @server.get(path)
    def styles(request: Request) -> Response:
        zipped = "gzip" in request.headers.get("accept-encoding", "")
        headers = {name: value, "vary": "accept-encoding"} | ({"content-encoding": "gzip"} if zipped else {})
        return Response(packed if zipped else sheet, media_type="text/css", headers=headers)

    return f'<link rel="stylesheet" href=".{path}">'
