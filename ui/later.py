"""Parts of the page that a browser gets when they are first looked at.

Every component and every event of a page costs a browser time before the first of them can be used, looked at or not. Gradio can send
what `gr.render` makes later, but makes it anew for every reader, with handlers that no guard has seen. Here the parts are made once,
with the rest of the page, and stand in its tables of components and handlers like everything else; only the browser learns of them
later, by the very answer of a rendering. That takes some of Gradio's inner names, and all of them are in this file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import gradio as gr
from gradio.blocks import Block, Blocks
from gradio.components import Component
from gradio.context import Context, LocalContext
from gradio.events import EventListenerMethod
from gradio.renderable import Renderable

from ui.access import Access, allows
from ui.i18n import LANGUAGES, Page
from ui.users import Role

QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
_SAME = "(language) => language"


def root() -> Blocks:
    """The page that is being laid out. Its `load` means, inside a part, that the part is there."""
    made = Context.root_block
    assert made is not None, "this is laid out inside gr.Blocks"
    return made


def draw_when_ready(*blocks: Block, hidden: Sequence[Block] = ()) -> None:
    """Draw what nobody needs for typing a question as soon as that can be done, without asking the server.

    :param blocks: what is made with `visible=False`.
    :param hidden: the same of what is never seen, such as a button that a script presses.
    """
    shown = json.dumps([True] * len(blocks) + ["hidden"] * len(hidden))
    update = f"() => {shown}.map((visible) => ({{__type__: 'update', visible}}))"
    root().load(None, None, [*blocks, *hidden], js=update, **QUIET)


class Part(Renderable):
    """What one tab holds; it is asked for when the tab is first selected.

    When a part comes that listens to a component of the page, Gradio forgets what listened to that event before. Therefore the part's
    events listen to a `language` of its own, which follows the page's. And therefore a part that is there is not asked for again, which
    would empty its fields: it listens to its tab itself.

    :param tab: the tab, inside which it is made.
    :param spoken: the page's language.
    :param access: tells what the reader's role can use.
    """

    def __init__(self, tab: gr.Tab, spoken: gr.Radio, access: Access) -> None:
        page = root()
        self.texts, self.access = Page(), access
        self._roles: list[tuple[Block, Role, bool]] = []
        self._root, self.tab, self._spoken = page, tab, spoken
        # What Gradio asks of a rendering.
        self._id, self.fn, self.page = len(page.renderables), self.draw, page.current_page
        self.render_iteration, self.key_to_id_map = 0, {}
        page.renderables.append(self)
        self.container = gr.Column()
        self.container_id = self.container._id
        with self._inside():
            self.language = gr.Radio(list(LANGUAGES), value=spoken.value, visible=False)
        page.default_config.set_event_trigger(
            [EventListenerMethod(tab, "select")],
            self.draw,
            spoken,
            self.container,
            renderable=self,
            postprocess=False,
            trigger_mode="once",
            **QUIET,
        )

    def only_for(self, role: Role, *blocks: Block, instead: Block | None = None) -> None:
        """Leave out what the reader's role cannot use. A courtesy: the guard is what refuses.

        :param role: who may use it.
        :param blocks: what is left out for everybody else.
        :param instead: what everybody else sees.
        """
        self._roles += [(block, role, True) for block in blocks] + ([(instead, role, False)] if instead else [])

    @contextmanager
    def filled(self) -> Iterator[None]:
        """Whatever is laid out now belongs to the part."""
        with self._inside():
            yield
            self.texts.follow(self.language)
            self.tab.select(None, None, None, js="() => []", **QUIET)
            # The reader may have chosen another language while the part was on its way.
            self._root.load(None, self._spoken, self.language, js=_SAME, **QUIET)

    @contextmanager
    def _inside(self) -> Iterator[None]:
        names: tuple[tuple[Any, Any], ...] = (
            (LocalContext.renderable, self),
            (LocalContext.blocks_config, self._root.default_config),
            (LocalContext.render_block, self.tab),
        )
        before = [(name, name.set(value)) for name, value in names]
        try:
            with self.container:
                yield
        finally:
            for name, token in before:
                name.reset(token)

    def draw(self, language: Any, request: gr.Request) -> None:
        """Put the part into the reader's language and role, in the tables of this session; Gradio sends what then stands there."""
        blocks = LocalContext.blocks_config.get().blocks  # type: ignore[union-attr]
        address = request.client.host if request.client else ""
        role = self.access.role(request.username, address, request.headers.get("host", ""))
        changes: dict[Block, dict[str, Any]] = {self.language: {"value": language}}
        changes |= self.texts.told(language)
        for block, needed, shown in self._roles:
            if allows(role, needed) != shown:
                changes[block] = changes.get(block, {}) | {"visible": False}
            elif not shown:
                changes[block] = changes.get(block, {}) | {"visible": True}
        # Without this a component that is made inside a handler is a mere update.
        token = LocalContext.renderable.set(self)
        try:
            blocks.update({block._id: _like(block, changed) for block, changed in changes.items()})
        finally:
            LocalContext.renderable.reset(token)


def _like(block: Block, changed: Mapping[str, Any]) -> Block:
    """The same component of the page with some of its properties changed."""
    made: Block = type(block)(**block.constructor_args | dict(changed) | {"render": False})
    made._id, made.page, made.parent, made.rendered_in = block._id, block.page, block.parent, block.rendered_in
    if isinstance(block, Component) and isinstance(made, Component):
        made.interactive = block.interactive
    return made


def tell(spoken: gr.Radio, parts: list[Part]) -> None:
    """Tell the parts when the reader chooses another language."""
    languages: list[Component] = [part.language for part in parts]
    spoken.change(None, spoken, languages, js=f"(language) => Array({len(parts)}).fill(language)", **QUIET)


def settle(blocks: Blocks) -> None:
    """Say of every component that comes later whether a reader can change it. The browser would judge by the events it has so far."""
    inputs = {block._id for fn in blocks.fns.values() for block in fn.inputs}
    outputs = {block._id for fn in blocks.fns.values() for block in fn.outputs}
    for key, block in blocks.blocks.items():
        if isinstance(block, Component) and block.rendered_in and block.interactive is None:
            block.interactive = key in inputs or (key not in outputs and not getattr(block, "value", None))


def send_first(blocks: Blocks) -> None:
    """Cut what a browser gets with the page down to what is looked at first: no parts, and nothing of the API, which pages never call.

    :param blocks: the page, as mounted. Clients of the API get the whole description, which is another one.
    """
    parts = {part.container_id for part in blocks.renderables}
    api = [fn for fn in blocks.fns.values() if fn.api_visibility == "public"]
    left_out = {block._id for fn in api for block in (*fn.inputs, *fn.outputs)}
    events = {key for key, fn in blocks.fns.items() if fn.rendered_in is None and fn not in api}

    def cut(node: dict[str, Any], kept: set[int]) -> dict[str, Any]:
        kept.add(node["id"])
        below = [] if node["id"] in parts else node.get("children", [])
        return node | {"children": [cut(child, kept) for child in below if child["id"] not in left_out]}

    pages: Any = blocks.config["page"]
    for page in pages.values():
        kept: set[int] = set()
        page["layout"] = cut(page["layout"], kept)
        page["components"] = [key for key in page["components"] if key in kept]
        page["dependencies"] = [key for key in page["dependencies"] if key in events]
