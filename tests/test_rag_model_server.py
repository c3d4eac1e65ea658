"""The wire path against llama.cpp's own OpenAI-compatible server, with two tiny models that this file writes itself.

One babbles (random weights), one recites a text (weights that lead from each piece of it to the next).
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ingest.errors import ModelError
from rag.app import Rolewright
from rag.citations import problems
from rag.endpoint import chat_model, stream_text
from rag.settings import Settings
from rag.types import Turn

gguf = pytest.importorskip("gguf", reason="gguf is a development dependency")
pytest.importorskip("xllamacpp", reason="llama.cpp's server has no wheel for this platform")

WIDTH, HEADS, FEED, CONTEXT = 32, 4, 64, 16_384
# Tokens: three special ones, then the 256 bytes.
END, LINE_BREAK = 2, 3 + 0x0A
KEY = "tiny-secret"
QUESTION = "售前客服的主要职责是什么?"
# The prompt ends with a line break; pieces must differ from each other and have at least three characters.
TEMPLATE = "{% for message in messages %}{{ message['content'] }}\n{% endfor %}"
RECITED = (
    "售前客服熟悉",
    "全店商品的",
    "详细信息。[1]\n",
    "- 快速而礼貌地回应",
    "客户的咨询。[1]\n",
    "- 收集客户的信息\uff0c",
    "分析客户的需求。[1]",
)
SERVE = """
import sys, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.n_ctx, params.chat_template, params.api_keys = sys.argv[1], int(sys.argv[2]), sys.argv[3], [sys.argv[4]]
params.n_parallel, params.n_predict, params.warmup, params.port = 1, 512, False, 0
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


def weights(vocabulary: int, first_piece: int, pieces: int) -> dict[str, np.ndarray]:
    """The tensors of a llama with one layer: random ones, or, for a text of some pieces, ones that lead through it.

    :param vocabulary: how many tokens there are.
    :param first_piece: the token of the first piece; the others follow it.
    :param pieces: how many there are; 0 for random weights.
    """
    shapes = {"token_embd": (vocabulary, WIDTH), "output": (vocabulary, WIDTH)}
    shapes |= {f"blk.0.attn_{name}": (WIDTH, WIDTH) for name in ("q", "k", "v", "output")}
    shapes |= {"blk.0.ffn_gate": (FEED, WIDTH), "blk.0.ffn_up": (FEED, WIDTH), "blk.0.ffn_down": (WIDTH, FEED)}
    norms = {name: np.ones(WIDTH, np.float32) for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm")}
    if not pieces:
        rng = np.random.default_rng(7)
        tensors = {name: rng.normal(0, 0.5, shape).astype(np.float32) for name, shape in shapes.items()}
        # It ends its text sooner or later.
        tensors["output"][END] *= 3
        return tensors | norms
    # The layer adds nothing, so that each token alone decides on the next: one direction for each step.
    tensors = {name: np.zeros(shape, np.float32) for name, shape in shapes.items()}
    chain = [LINE_BREAK, *range(first_piece, first_piece + pieces), END]
    for step, (here, there) in enumerate(pairwise(chain)):
        tensors["token_embd"][here, step] = 1.0
        tensors["output"][there, step] = 10.0
    return tensors | norms


def write_model(path: Path, recited: Sequence[str] = ()) -> None:
    """A model with a byte-fallback vocabulary, so that any text can be read and written.

    :param path: the file.
    :param recited: what it always answers, in pieces; nothing for a model that babbles.
    """
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "\u2581", "a", "b", "c", *recited]
    kinds = [2, 3, 3, *[6] * 256, *[1] * (len(tokens) - 259)]
    writer = gguf.GGUFWriter(str(path), "llama")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(1)
    writer.add_feed_forward_length(FEED)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(tokens))
    writer.add_tokenizer_model("llama")
    writer.add_token_list(tokens)
    writer.add_token_scores([0.0] * len(tokens))
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(END)
    writer.add_unk_token_id(0)
    writer.add_chat_template(TEMPLATE)
    for name, tensor in weights(len(tokens), len(tokens) - len(recited), len(recited)).items():
        writer.add_tensor(f"{name}.weight", tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    assert path.stat().st_size < 3_000_000


@contextmanager
def serving(folder: Path, recited: Sequence[str] = ()) -> Iterator[str]:
    """The base URL of a llama.cpp server in a process of its own, which cannot outlive the test."""
    write_model(folder / "tiny.gguf", recited)
    command = [sys.executable, "-c", SERVE, str(folder / "tiny.gguf"), str(CONTEXT), TEMPLATE, KEY]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            assert server.stdout is not None
            address = next((line.strip() for line in server.stdout if line.startswith("http")), None)
            assert address, (folder / "log").read_text(errors="replace")[-2000:]
            yield f"{address}/v1"
        finally:
            server.kill()
            server.communicate(timeout=20)


@pytest.fixture(scope="module")
def babbler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("babbler")) as url:
        yield url


@pytest.fixture(scope="module")
def reciter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with serving(tmp_path_factory.mktemp("reciter"), RECITED) as url:
        yield url


def app_at(url: str, library: Path, key: str = KEY) -> Rolewright:
    return Rolewright(Settings(library=library, model="tiny", api_key=key, base_url=url, model_timeout=30))


def test_the_stream_arrives_in_pieces(reciter: str) -> None:
    model = chat_model("tiny", base_url=reciter, api_key=KEY, timeout=30)
    pieces = list(stream_text(model, [("human", "你好 hello 👋")]))
    assert len(pieces) >= len(RECITED) and "".join(pieces) == "".join(RECITED)


def test_a_whole_answer_at_once(reciter: str) -> None:
    answer = chat_model("tiny", base_url=reciter, api_key=KEY, timeout=30).invoke([("human", "你好")])
    assert answer.text == "".join(RECITED)
    assert answer.response_metadata["finish_reason"] == "stop"


def test_a_supported_answer_is_shown_and_cited(reciter: str, library: Path) -> None:
    app = app_at(reciter, library)
    snapshots = list(app.stream(Turn(QUESTION)))
    answer = snapshots[-1]
    assert [(snapshot.mode, snapshot.model) for snapshot in snapshots] == [("llm", "tiny")] * 3
    assert (answer.status, answer.reason) == ("answered", None)
    assert answer.answer.startswith("售前客服熟悉全店商品的详细信息。[1]\n- 快速而礼貌地回应客户的咨询。[2]\n- ")
    assert [citation.n for citation in answer.citations] == [1, 2, 3]
    assert problems(answer, app.engine.index) == []


def test_babble_never_gets_through(babbler: str, library: Path) -> None:
    babble = chat_model("tiny", base_url=babbler, api_key=KEY, timeout=30).invoke([("human", QUESTION)])
    assert babble.response_metadata["finish_reason"] == "stop"
    app = app_at(babbler, library)
    snapshots = list(app.stream(Turn(QUESTION)))
    assert {snapshot.mode for snapshot in snapshots} == {"extractive"}
    answer = snapshots[-1]
    assert (answer.status, answer.model) == ("answered", None)
    assert "模型的回答没有来源支持" in (answer.reason or "") and "熟悉全店商品" in answer.answer
    assert problems(answer, app.engine.index) == []


def test_a_wrong_key_is_named_and_not_shown(reciter: str, library: Path) -> None:
    wrong = "sk-not-the-right-one"
    answer = app_at(reciter, library, wrong).ask(Turn(QUESTION))
    assert answer.mode == "extractive" and "HTTP 401" in (answer.reason or "")
    assert wrong not in json.dumps(answer.to_dict())


def test_a_text_cut_at_the_token_limit_is_not_an_answer(reciter: str) -> None:
    model = chat_model("tiny", base_url=reciter, api_key=KEY, timeout=30).bind(max_tokens=3)
    with pytest.raises(ModelError, match="cut off"):
        list(stream_text(model, [("human", "你好")]))  # type: ignore[arg-type]
