"""Who may do what on a real server: roles before every handler, sign-in, sessions, other sites, limits, uploads, the audit log."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import httpx
import pytest
from gradio_client import Client

from rag.app import Rolewright
from rag.settings import Settings
from tests.serving import Outcome, event, page_of, running
from ui.access import RULES, Access, has_rule, rule_of
from ui.app import Door, create_server
from ui.audit import AuditLog
from ui.sign_in import MOST_FOR_NAME
from ui.users import ROLES, put_user, remove_user

QUESTION = "售前客服的主要职责是什么?"
PASSWORD = "geheim:密码 1"
JD = "ui.jd_handlers"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, small_folder: Path) -> Path:
    folder = tmp_path_factory.mktemp("access") / "library"
    Rolewright(Settings(library=folder)).ingest([small_folder])
    return folder


@pytest.fixture(scope="module")
def users_file(folder: Path) -> Path:
    path = folder.parent / "users"
    for role in ROLES:
        put_user(path, role, role, PASSWORD)
    return path


@pytest.fixture(scope="module")
def address(folder: Path, users_file: Path) -> Iterator[str]:
    with running(Rolewright(Settings(library=folder, requests_per_minute=0)), Door(users_file)) as url:
        yield url


@pytest.fixture(scope="module")
def page(folder: Path) -> gr.Blocks:
    return page_of(create_server(Rolewright(Settings(library=folder))))


def signed_in(address: str, name: str, password: str = PASSWORD) -> httpx.Client:
    client = httpx.Client(base_url=address, timeout=60)
    assert client.post("/login", data={"username": name, "password": password}).status_code == 200
    return client


@pytest.fixture(scope="module")
def clients(address: str) -> dict[str, httpx.Client]:
    return {role: signed_in(address, role) for role in ROLES}


def number(page: gr.Blocks, name: str) -> int:
    """The number of the handler `module.function`."""
    handlers = {f"{block.fn.__module__}.{block.fn.__name__}": key for key, block in page.fns.items() if block.fn}
    return handlers[name]


def test_every_handler_has_a_rule(page: gr.Blocks) -> None:
    handlers = [block.fn for block in page.fns.values() if block.fn]
    assert [f"{fn.__module__}.{fn.__name__}" for fn in handlers if not has_rule(fn)] == []
    used = {f"{fn.__module__}.{fn.__name__}" for fn in handlers} | {fn.__module__ for fn in handlers}
    assert set(RULES) <= used


def test_what_has_no_rule_is_the_admins() -> None:
    def surprise() -> None: ...

    assert rule_of(surprise).role == "admin" and not has_rule(surprise)


def test_a_reader_is_refused_by_every_handler_that_writes(
    page: gr.Blocks, clients: dict[str, httpx.Client], folder: Path
) -> None:
    before = Rolewright(Settings(library=folder)).library.current()
    guarded = {
        key: rule_of(block.fn) for key, block in page.fns.items() if block.fn and rule_of(block.fn).role != "reader"
    }
    assert len(guarded) > 15
    for key, rule in guarded.items():
        block = page.fns[key]
        outcome = event(clients["reader"], key, [None] * len(block.inputs))
        if block.api_name == "draft":
            assert outcome.data[0]["error"]["code"] == "access"
            continue
        assert not outcome.ok and f"needs the role {rule.role}, and yours is reader" in outcome.error
    assert Rolewright(Settings(library=folder)).library.current() == before


def test_a_writer_drafts_and_cannot_change_the_library(
    page: gr.Blocks, clients: dict[str, httpx.Client], folder: Path
) -> None:
    key = number(page, f"{JD}.from_text")
    outcome = event(clients["writer"], key, ["zh-Hans", None, "招一名售前客服,8-10k"])
    assert outcome.ok, outcome.error
    row = [*AuditLog(folder).rows()][-1]
    assert (row["user"], row["action"], row["outcome"]) == ("writer", "draft", "done") and row["object"]
    add = event(clients["writer"], number(page, "ui.library_tab.add"), [None, "zh-Hans"])
    for refused in (removed(clients["writer"], page, "handbook.md"), add):
        assert not refused.ok and "needs the role admin, and yours is writer" in refused.error
        assert [*AuditLog(folder).rows()][-1]["outcome"] == "failed: access"
    assert [record.doc for record in Rolewright(Settings(library=folder)).documents()] == ["handbook.md"]


def uploaded(client: httpx.Client, name: str, data: bytes) -> httpx.Response:
    return client.post("/gradio_api/upload", files={"files": (name, data)})


def file_data(path: str) -> dict[str, Any]:
    return {"path": path, "orig_name": Path(path).name, "meta": {"_type": "gradio.FileData"}}


def removed(client: httpx.Client, page: gr.Blocks, doc: str) -> Outcome:
    """Choose a document in the table, then remove it."""
    session = "the-same-page"
    row = {"index": [0, 0], "value": doc, "row_value": [doc]}
    assert event(client, number(page, "ui.library_tab.open"), ["zh-Hans"], row, session).ok
    return event(client, number(page, "ui.library_tab.remove"), [None, "zh-Hans"], None, session)


def test_an_admin_uploads_and_removes(page: gr.Blocks, clients: dict[str, httpx.Client], folder: Path) -> None:
    sent = uploaded(clients["admin"], "brand.txt", "品牌专员负责品牌活动。".encode())
    added = event(clients["admin"], number(page, "ui.library_tab.add"), [[file_data(sent.json()[0])], "zh-Hans"])
    assert added.ok, added.error
    assert {record.doc for record in Rolewright(Settings(library=folder)).documents()} == {"brand.txt", "handbook.md"}
    assert removed(clients["admin"], page, "brand.txt").ok
    assert [record.doc for record in Rolewright(Settings(library=folder)).documents()] == ["handbook.md"]
    assert event(clients["admin"], number(page, "ui.library_tab.remove"), [None, "zh-Hans"]).ok
    rows = [row for row in AuditLog(folder).rows() if row["user"] == "admin" and row["action"] != "sign_in"]
    assert [(row["action"], row["object"], row["outcome"]) for row in rows[-4:]] == [
        ("upload", "brand.txt", "done"),
        ("read", "brand.txt", "done"),
        ("remove", "brand.txt", "done"),
        ("remove", "", "failed: library"),
    ]


def test_the_size_and_kind_of_uploads(page: gr.Blocks, clients: dict[str, httpx.Client], folder: Path) -> None:
    assert uploaded(clients["admin"], "big.txt", b"x" * (20 * 2**20 + 1)).status_code == 413
    assert uploaded(clients["reader"], "small.txt", b"x").status_code == 403
    sent = uploaded(clients["admin"], "program.exe", b"MZ")
    outcome = event(clients["admin"], number(page, "ui.library_tab.add"), [[file_data(sent.json()[0])], "zh-Hans"])
    assert not outcome.ok and not (folder / "uploads" / "program.exe").exists()
    # A path of the server in place of an upload.
    stolen = event(clients["admin"], number(page, "ui.library_tab.add"), [[file_data("/etc/passwd")], "zh-Hans"])
    assert not stolen.ok and not (folder / "uploads" / "passwd").exists()


def test_the_api_obeys_roles(address: str) -> None:
    reader = Client(address, auth=("reader", PASSWORD), verbose=False)
    for name in ("/ask", "/search", "/lint", "/roles"):
        assert "error" not in reader.predict(QUESTION, api_name=name)
    error = reader.predict({"title": "售前客服"}, api_name="/draft")["error"]
    assert error["code"] == "access" and "writer" in error["message"] and error["hint"]
    writer = Client(address, auth=("writer", PASSWORD), verbose=False)
    assert writer.predict({"title": "售前客服"}, api_name="/draft")["jd"]["title"] == "售前客服"


def test_nobody_in_particular(address: str) -> None:
    assert httpx.get(f"{address}/healthz").status_code == 200
    page = httpx.get(address)
    assert "auth_required" in page.text and "网店" not in page.text
    for path in ("config", "gradio_api/info", "gradio_api/queue/status"):
        assert httpx.get(f"{address}/{path}").status_code == 401
    for path in ("call/ask", "run/ask", "queue/join", "upload", "cancel", "reset", "component_server"):
        body = {"data": [QUESTION, None], "session_hash": "x", "event_id": "x", "fn_index": 0}
        assert httpx.post(f"{address}/gradio_api/{path}", json=body).status_code == 401
    with pytest.raises(Exception, match="Could not login"):
        Client(address, auth=("reader", "wrong"), verbose=False)


def test_what_is_asked_is_never_in_the_log(clients: dict[str, httpx.Client], page: gr.Blocks, folder: Path) -> None:
    assert event(clients["reader"], number(page, "ui.chat_handlers.submit"), ["zh-Hans", None, QUESTION]).ok
    text = AuditLog(folder).path.read_text("utf-8")
    assert '"action": "ask"' in text and QUESTION not in text and "售前" not in text and PASSWORD not in text


def test_a_session_ends_with_its_user(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "users"
    put_user(path, "mei", "admin", PASSWORD)
    put_user(path, "wang", "writer", PASSWORD)
    with running(Rolewright(Settings(library=folder)), Door(path)) as url:
        mei, wang = signed_in(url, "mei"), signed_in(url, "wang")
        put_user(path, "wang", "reader", "another-one")
        assert mei.get("/config").status_code == 200
        assert wang.get("/config").status_code == 401
        assert signed_in(url, "wang", "another-one").get("/config").status_code == 200
        remove_user(path, "mei")
        assert mei.post("/gradio_api/queue/join", json={"fn_index": 0, "session_hash": "x"}).status_code == 401
        assert mei.get("/config").status_code == 401


def test_signing_in_is_limited(folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    put_user(tmp_path / "users", "mei", "admin", PASSWORD)
    put_user(tmp_path / "users", "wang", "admin", PASSWORD)
    with running(Rolewright(Settings(library=folder)), Door(tmp_path / "users")) as url:

        def sign_in(name: str, password: str) -> httpx.Response:
            return httpx.post(f"{url}/login", data={"username": name, "password": password})

        for _ in range(MOST_FOR_NAME):
            assert "retry-after" not in sign_in("mei", "wrong-pass").headers
        # Even the right password waits now, and another user does not.
        refused = sign_in("mei", PASSWORD)
        assert refused.status_code == 400 and 0 < int(refused.headers["retry-after"]) <= 300
        assert "try again in" in refused.json()["detail"]
        assert sign_in("wang", PASSWORD).status_code == 200
        assert sign_in("my-secret-typed-as-name", "x").status_code == 400
    text = AuditLog(folder).path.read_text("utf-8")
    assert '"sign_in"' in text and "failed: limit" in text and "failed: password" in text
    assert "wrong-pass" not in text + caplog.text and "my-secret" not in text + caplog.text


def test_requests_are_limited(folder: Path, page: gr.Blocks, users_file: Path) -> None:
    with running(Rolewright(Settings(library=folder, requests_per_minute=2)), Door(users_file)) as url:
        client = Client(url, auth=("reader", PASSWORD), verbose=False)
        results = [client.predict("客服", api_name="/roles") for _ in range(3)]
        assert [result.get("error", {}).get("code") for result in results] == [None, None, "limit"]
        assert "try again in" in results[2]["error"]["hint"]
        outcome = event(signed_in(url, "reader"), number(page, "ui.compare_tab.show"), [[], "zh-Hans"])
        assert not outcome.ok and "too many requests" in outcome.error and "try again in" in outcome.error
        # Another user has a count of his own.
        assert "roles" in Client(url, auth=("writer", PASSWORD), verbose=False).predict("客服", api_name="/roles")
        admin = signed_in(url, "admin")
        assert [uploaded(admin, "a.txt", b"x").status_code for _ in range(3)] == [200, 200, 429]


OTHER_SITE = {"origin": "https://evil.example"}


@pytest.mark.parametrize(
    "headers",
    [
        OTHER_SITE,
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "http://[broken"},
        {"sec-fetch-site": "cross-site"},
    ],
)
def test_another_site_cannot_act_with_a_users_cookie(
    clients: dict[str, httpx.Client], page: gr.Blocks, headers: dict[str, str], folder: Path
) -> None:
    admin = clients["admin"]
    row = {"index": [0, 0], "value": "handbook.md", "row_value": ["handbook.md"]}
    assert event(admin, number(page, "ui.library_tab.open"), ["zh-Hans"], row, "open-page").ok
    remove = number(page, "ui.library_tab.remove")
    body = {"fn_index": remove, "session_hash": "open-page", "data": [None, "zh-Hans"]}
    for path in ("queue/join", "call/ask", "upload", "cancel"):
        reply = admin.post(f"/gradio_api/{path}", json=body, headers=headers)
        assert reply.status_code == 403 and reply.json()["error"]["code"] == "access"
        assert "access-control-allow-origin" not in reply.headers
    assert admin.get("/logout", headers=headers, follow_redirects=False).status_code == 403
    time.sleep(0.3)
    assert [record.doc for record in Rolewright(Settings(library=folder)).documents()] == ["handbook.md"]
    assert admin.get("/config").status_code == 200


def test_another_site_cannot_read_with_a_users_cookie(clients: dict[str, httpx.Client]) -> None:
    asked = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for method, path, headers in (("GET", "/config", OTHER_SITE), ("OPTIONS", "/gradio_api/queue/join", asked)):
        # A public name, as behind a proxy, is where Gradio itself lets every origin in.
        reply = clients["admin"].request(method, path, headers=headers | {"host": "roles.example.org"})
        assert reply.status_code == 403 and "access-control-allow-origin" not in reply.headers


def test_the_app_itself_may_act_behind_a_proxy(clients: dict[str, httpx.Client]) -> None:
    for origin, host in (
        ("https://roles.example.org", "roles.example.org"),
        ("https://roles.example.org:8443", "roles.example.org:8443"),
        ("http://[::1]:7860", "[::1]:7860"),
    ):
        body = {"fn_index": 3, "session_hash": "x", "data": []}
        headers = {"origin": origin, "host": host, "sec-fetch-site": "same-origin"}
        assert clients["admin"].post("/gradio_api/queue/join", json=body, headers=headers).status_code == 200
    assert clients["admin"].get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 200


def test_no_cookie_may_be_sent_from_another_site(address: str) -> None:
    reply = httpx.post(f"{address}/login", data={"username": "admin", "password": PASSWORD})
    cookies = [value.lower() for name, value in reply.headers.multi_items() if name == "set-cookie"]
    assert len(cookies) == 2 and all("samesite=lax" in cookie and "httponly" in cookie for cookie in cookies)


@pytest.mark.parametrize(
    ("address", "host", "everybody", "role"),
    [
        ("127.0.0.1", "127.0.0.1:7860", False, "admin"),
        ("::1", "[::1]:7860", False, "admin"),
        ("127.0.0.1", "localhost", False, "admin"),
        ("127.0.0.1", "roles.example.org", False, "writer"),
        ("10.0.0.7", "localhost:7860", False, "writer"),
        ("10.0.0.7", "roles.example.org", True, "admin"),
        ("", "", False, "writer"),
    ],
)
def test_roles_where_nobody_signs_in(address: str, host: str, everybody: bool, role: str) -> None:
    assert Access(None, everybody).role(None, address, host) == role


def test_a_name_that_points_here_is_refused_without_sign_in(folder: Path) -> None:
    app = Rolewright(Settings(library=folder))
    with running(app) as url:
        strange = {"host": "evil.example"}
        assert httpx.get(url, headers=strange).status_code == 403
        assert "--open" in httpx.get(url, headers=strange).json()["error"]["hint"]
        assert httpx.get(f"{url}/healthz", headers=strange).status_code == 200
        assert Client(url, verbose=False).predict("客服", api_name="/roles")["roles"]
    assert [*AuditLog(folder).rows()][-1]["user"] == "local"
    with running(app, Door(everybody=True)) as url:
        assert httpx.get(url, headers=strange).status_code == 200


def test_a_page_shows_a_reader_what_he_can_use(page: gr.Blocks, clients: dict[str, httpx.Client]) -> None:
    draws = [key for key, block in page.fns.items() if block.fn and block.fn.__name__ == "draw"]

    def shown(role: str) -> tuple[list[bool], list[bool]]:
        head = [row.get("visible", False) for row in event(clients[role], number(page, "ui.page._signed_in"), []).data]
        told = []
        for key, part in zip(draws, page.renderables, strict=True):
            drawn = event(clients[role], key, ["en"]).drawn
            visible = {row["id"] - drawn["layout"]["id"]: row["props"].get("visible") for row in drawn["components"]}
            told += [visible[block._id - part.container_id] for block, _, _ in part._roles]  # type: ignore[attr-defined]
        return head, told

    # The name and the way out; what writers see, what others see instead, what admins see.
    assert shown("reader") == ([True, True], [False, True, *[False] * 12])
    assert shown("writer") == ([True, True], [True, False, *[False] * 12])
    assert shown("admin") == ([True, True], [True, False, *[True] * 12])


def test_below_a_path_of_a_proxy(folder: Path) -> None:
    with running(Rolewright(Settings(library=folder)), Door(everybody=True, root_path="/rolewright")) as url:
        headers = {"host": "roles.example.org", "x-forwarded-proto": "https", "x-forwarded-host": "roles.example.org"}
        assert httpx.get(f"{url}/config", headers=headers).json()["root"] == "https://roles.example.org/rolewright"
        assert "https://roles.example.org/rolewright" in httpx.get(url, headers=headers).text


def test_behind_a_proxy_of_this_machine_nobody_is_at_it(folder: Path, page: gr.Blocks) -> None:
    with running(Rolewright(Settings(library=folder))) as url:
        far = httpx.Client(base_url=url, headers={"x-forwarded-for": "127.0.0.1, 10.0.0.7"})
        outcome = event(far, number(page, "ui.library_tab.add"), [None, "zh-Hans"])
        assert not outcome.ok and "needs the role admin, and yours is writer" in outcome.error
        row = [*AuditLog(folder).rows()][-1]
        assert (row["user"], row["action"], row["outcome"]) == ("visitor", "upload", "failed: access")
