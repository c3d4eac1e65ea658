"""What the server keeps for each open page and each call of the API: the state that handlers keep, and nothing else."""

from __future__ import annotations

from collections import ChainMap
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

from gradio.blocks import BlocksConfig
from gradio.state_holder import SessionState, StateHolder

if TYPE_CHECKING:
    from gradio.blocks import Blocks
    from gradio.routes import App


class Session(SessionState):
    """One session without the copy of the whole page that Gradio renders into each for its deep links, which this page has not.

    That copy costs 18 ms and 230 kB, and plain HTTP calls of the API make a session each. Of the components and handlers a session
    keeps what it changes, over those of the page.
    """

    def __init__(self, blocks: Blocks) -> None:
        page = blocks.default_config
        layered: Any = BlocksConfig(page.root_block)
        layered.blocks, layered.fns, layered.fn_id = ChainMap({}, page.blocks), ChainMap({}, page.fns), page.fn_id
        super().__init__(cast("Blocks", SimpleNamespace(default_config=layered, blocks={})))


class Sessions(StateHolder):
    """Every session of a page; the ones least used go first when there are too many."""

    def __getitem__(self, session_id: str) -> SessionState:
        """The session of this name, made when it is not there."""
        if session_id not in self.session_data:
            self.session_data[session_id] = Session(self.blocks)
        return super().__getitem__(session_id)


def install(app: App) -> None:
    """Keep the sessions of Gradio's app here.

    :param app: as mounted, before it serves anything.
    """
    app.state_holder = Sessions()  # type: ignore[no-untyped-call]
    app.state_holder.set_blocks(app.get_blocks())
