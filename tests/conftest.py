"""Shared by every test: no connection beyond this machine, and one small real library."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from rag.app import Rolewright

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")

SMALL = """---
title: 网店岗位手册
source: 测试
year: 2023
script: zh-Hans
---

# 网店岗位手册

## 客服部

定位:回应用户的咨询与投诉,维护公司的口碑。

只列名称:投诉专员、客服培训师。

### English: Customer Service Department

Positioning: answers enquiries and complaints and looks after the company's reputation.

Named only: Complaints Specialist, Customer Service Trainer.

### 售前客服

目标:通过接待咨询促成交易。

职责:

1. 熟悉全店商品的详细信息。
2. 快速而礼貌地回应客户的咨询,为客户推荐合适的商品。
3. 收集客户的信息,分析客户的需求。
4. 处理接待中遇到的突发事件和客户投诉。
5. 把常见问题写进知识库。

指标:

- 响应时长不超过 15 秒。
- 咨询转化率。

技能:

- 打字速度快。

#### English: Pre-sales Customer Service

Goal: close sales by answering enquiries.

Duties:

1. Know the details of all goods in the shop.
2. Answer customers quickly and politely and recommend suitable goods.
3. Collect information on customers and analyse what they need.
4. Handle emergencies and customer complaints during reception.
5. Write common questions into the knowledge base.

Metrics:

- Response time of at most 15 seconds.
- Conversion rate of enquiries.

Skills:

- Fast typing.

### 售后主管

职责:

1. 检查售后客服的聊天记录。
2. 统计退款和差评数据,发现异常并推动解决。

#### English: After-sales Supervisor

Duties:

1. Check the chat records of after-sales staff.
2. Compile data on refunds and bad reviews, find anomalies and get them solved.

## 数据部

### 数据分析师

职责:

1. 收集并整理店铺数据,形成报表。
2. 预测行业走势,为决策提供依据。

#### English: Data Analyst

Duties:

1. Collect and organise shop data and turn them into reports.
2. Forecast industry trends to support decisions.
"""


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing phones home: a connection beyond loopback fails the test that made it."""

    def guarded(name: str) -> None:
        original = getattr(socket.socket, name)

        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in (socket.AF_INET, socket.AF_INET6):
                host = str(address[0])
                local = host == "localhost" or (host.replace(".", "").replace(":", "").isalnum() and _loopback(host))
                assert local, f"a test tried to connect to {host}"
            return original(self, address)

        monkeypatch.setattr(socket.socket, name, connect)

    guarded("connect")
    guarded("connect_ex")


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting of the machine reaches a test."""
    for name in [*os.environ]:
        if name.startswith(("ROLEWRIGHT_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("ROLEWRIGHT_LIBRARY", str(tmp_path / "default-library"))


@pytest.fixture(scope="session")
def small_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one small document in the corpus format."""
    folder = tmp_path_factory.mktemp("documents")
    (folder / "handbook.md").write_text(SMALL, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory, small_folder: Path) -> Path:
    """A real library with the small document; tests must not change it."""
    from rag.app import Rolewright
    from rag.settings import Settings

    folder = tmp_path_factory.mktemp("library")
    Rolewright(Settings(library=folder)).ingest([small_folder])
    return folder


@pytest.fixture(scope="module")
def app_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Rolewright]:
    """Makes the system over a library of one document, given as Markdown."""
    from rag.app import Rolewright
    from rag.settings import Settings

    def make(text: str) -> Rolewright:
        folder = tmp_path_factory.mktemp("one")
        (folder / "handbook.md").write_text(text, encoding="utf-8")
        app = Rolewright(Settings(library=folder / "library"))
        app.ingest([folder / "handbook.md"])
        return app

    return make
