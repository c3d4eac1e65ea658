"""The wire path against llama.cpp's own OpenAI-compatible server, with a tiny random model that this file writes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.app import Rolewright
from rag.citations import problems
from rag.generate import chat_model, stream_text
from rag.settings import Settings
from rag.types import Turn

gguf = pytest.importorskip("gguf", reason="gguf is a development dependency")
pytest.importorskip("xllamacpp", reason="llama.cpp's server has no wheel for this platform")

WIDTH, HEADS, FEED, CONTEXT = 32, 4, 64, 16_384
TEMPLATE = "{% for message in messages %}{{ message['content'] }}\n{% endfor %}"
SERVE = """
import sys, time, xllamacpp
params = xllamacpp.CommonParams()
params.model.path, params.n_ctx, params.n_parallel, params.n_predict, params.warmup = sys.argv[1], int(sys.argv[2]), 1, 48, False
params.chat_template = sys.argv[3]
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


def write_model(path: Path) -> None:
    """A llama with one random layer and a byte-fallback vocabulary, so that any text can be read and written."""
    rng = np.random.default_rng(7)
    tokens = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), "\u2581", "a", "b", "c"]
    kinds = [2, 3, 3, *[6] * 256, *[1] * 4]
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
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template(TEMPLATE)
    shapes = {"token_embd": (len(tokens), WIDTH), "output": (len(tokens), WIDTH), "blk.0.ffn_gate": (FEED, WIDTH)}
    shapes |= {"blk.0.ffn_up": (FEED, WIDTH), "blk.0.ffn_down": (WIDTH, FEED)}
    shapes |= {f"blk.0.attn_{name}": (WIDTH, WIDTH) for name in ("q", "k", "v", "output")}
    for name, shape in shapes.items():
        writer.add_tensor(f"{name}.weight", rng.normal(0, 0.5, shape).astype(np.float32))
    for name in ("output_norm", "blk.0.attn_norm", "blk.0.ffn_norm"):
        writer.add_tensor(f"{name}.weight", np.ones(WIDTH, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a llama.cpp server in a process of its own."""
    folder = tmp_path_factory.mktemp("model")
    write_model(folder / "tiny.gguf")
    command = [sys.executable, "-c", SERVE, str(folder / "tiny.gguf"), str(CONTEXT), TEMPLATE]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)
        assert server.stdout is not None
        address = next((line.strip() for line in server.stdout if line.startswith("http")), None)
        try:
            assert address, (folder / "log").read_text()[-2000:]
            yield f"{address}/v1"
        finally:
            server.kill()
            server.wait(20)


def test_the_stream_arrives_in_pieces(endpoint: str) -> None:
    model = chat_model("tiny", base_url=endpoint, api_key="k", timeout=60)
    pieces = list(stream_text(model, [("human", "你好 hello")]))
    assert len(pieces) > 1 and all(isinstance(piece, str) for piece in pieces)


def test_a_model_that_babbles_never_gets_through(endpoint: str, library: Path) -> None:
    settings = Settings(library=library, model="tiny", api_key="k", base_url=endpoint)
    app = Rolewright(settings)
    *_, answer = app.stream(Turn("售前客服的主要职责是什么?"))
    assert (answer.mode, answer.status) == ("extractive", "answered")
    assert "模型的回答没有来源支持" in (answer.reason or "") and "熟悉全店商品" in answer.answer
    assert problems(answer, app.engine.index) == []
