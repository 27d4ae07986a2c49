"""WeChat, against recorded answers of its servers; it has not been tried with the real ones."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import SESSION_KEY
from django.test import Client
from pytest_django.fixtures import Settings

from accounts import identities
from accounts.models import User

pytestmark = pytest.mark.django_db

IN_APP = "Mozilla/5.0 (Linux; Android 12) Chrome/110 Mobile MicroMessenger/8.0.47"
TOKEN = {
    "access_token": "ACCESS", "expires_in": 7200, "refresh_token": "REFRESH",
    "openid": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "scope": "snsapi_userinfo",
}  # fmt: skip
PROFILE = {
    "openid": "o6_bmjrPTlm6_2sgVt7hMZOPfL2M", "nickname": "山城志愿者", "sex": 1,
    "province": "", "city": "", "headimgurl": "https://thirdwx.qlogo.cn/x/132", "privilege": [],
    "unionid": "o6_bmasdasdsad6_2sgVt7hMZOPfL",
}  # fmt: skip


class Weixin:
    """What WeChat was asked, and what it answers."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.token: dict[str, Any] = dict(TOKEN)
        self.profile: dict[str, Any] = dict(PROFILE)


@pytest.fixture
def weixin(settings: Settings) -> Iterator[Weixin]:
    recorded = Weixin()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(address.query).items()}
            recorded.asked.append((address.path, query))
            answer = recorded.token if address.path.endswith("access_token") else recorded.profile
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; charset=utf-8")  # as the real one
            self.end_headers()
            self.wfile.write(json.dumps(answer, ensure_ascii=False).encode())

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    settings.WEIXIN_API = f"http://127.0.0.1:{server.server_port}"
    settings.SOCIALACCOUNT_PROVIDERS = {
        "weixin": {"APPS": [{"client_id": "wx-app", "secret": "app-secret"}]},
        "weixin_web": {"APPS": [{"client_id": "wx-web", "secret": "web-secret"}]},
    }
    yield recorded
    server.shutdown()
    server.server_close()


def go(client: Client, way: str = "weixin", query: str = "") -> dict[str, list[str]]:
    """Start signing in; return what the address at WeChat carries."""
    answer = client.post(f"/accounts/{way}/login/{query}")
    assert answer.status_code == 302
    return parse_qs(urlsplit(answer.url).query) | {"": [answer.url]}


def come_back(client: Client, carried: dict[str, list[str]], way: str = "weixin") -> Any:
    return client.get(
        f"/accounts/{way}/login/callback/", {"code": "CODE", "state": carried["state"][0]}
    )


def test_without_an_application_there_are_no_such_pages(client: Client) -> None:
    for way in ("weixin", "weixin-web"):
        assert client.get(f"/accounts/{way}/login/").status_code == 404
        assert client.get(f"/accounts/{way}/login/callback/").status_code == 404
    page = client.get("/accounts/login/", HTTP_USER_AGENT=IN_APP).text
    assert "/weixin" not in page


def test_the_way_that_fits_the_browser_is_offered(client: Client, weixin: Weixin) -> None:
    inside = client.get("/accounts/login/", HTTP_USER_AGENT=IN_APP).text
    outside = client.get("/accounts/login/", HTTP_USER_AGENT="Firefox").text

    assert ('action="/accounts/weixin/login/' in inside, "weixin-web" in inside) == (True, False)
    assert 'action="/accounts/weixin-web/login/' in outside
    assert weixin.asked == []


def test_opening_the_address_starts_nothing(client: Client, weixin: Weixin) -> None:
    page = client.get("/accounts/weixin/login/")

    assert page.status_code == 200
    assert '<form method="post">' in page.text
    assert weixin.asked == []


def test_inside_wechat_one_consents_and_is_in(client: Client, weixin: Weixin) -> None:
    carried = go(client, query="?next=/en/")
    landing = come_back(client, carried)

    assert carried[""][0].startswith("https://open.weixin.qq.com/connect/oauth2/authorize?appid=")
    assert carried[""][0].endswith("#wechat_redirect")
    assert (carried["appid"], carried["scope"]) == (["wx-app"], ["snsapi_userinfo"])
    assert landing.url == "/en/"
    assert weixin.asked[0] == (
        "/sns/oauth2/access_token",
        {"appid": "wx-app", "secret": "app-secret", "grant_type": "authorization_code",
         "code": "CODE"},
    )  # fmt: skip
    account = SocialAccount.objects.get()
    user = User.objects.get()
    assert client.session[SESSION_KEY] == str(user.pk)
    assert (account.uid, account.extra_data) == (
        PROFILE["unionid"],
        {"openid": PROFILE["openid"], "unionid": PROFILE["unionid"]},
    )
    assert (user.name, user.email, user.has_usable_password()) == ("", None, False)
    assert identities.confirmed(user) == [f"wechat:{PROFILE['unionid']}"]


def test_by_qr_code_the_same_person_is_the_same_account(client: Client, weixin: Weixin) -> None:
    come_back(client, go(client))
    desk = Client()
    weixin.token["openid"] = weixin.profile["openid"] = "another-openid-of-the-web-application"

    carried = go(desk, "weixin-web")
    come_back(desk, carried, "weixin-web")

    assert carried[""][0].startswith("https://open.weixin.qq.com/connect/qrconnect?")
    assert carried["scope"] == ["snsapi_login"]
    assert User.objects.count() == 1
    assert desk.session[SESSION_KEY] == client.session[SESSION_KEY]


def test_an_openid_alone_signs_in_and_makes_no_voter(client: Client, weixin: Weixin) -> None:
    del weixin.profile["unionid"]

    come_back(client, go(client))

    assert SocialAccount.objects.get().uid == PROFILE["openid"]
    assert identities.confirmed(User.objects.get()) == []


@pytest.mark.parametrize("flag", [1, "1"])
def test_a_snapshot_user_is_refused_kindly(client: Client, weixin: Weixin, flag: Any) -> None:
    weixin.token["is_snapshotuser"] = flag
    client.cookies["language"] = "en"

    refused = come_back(client, go(client))

    assert refused.status_code == 403
    assert "use full service" in refused.text
    assert (User.objects.count(), SESSION_KEY in client.session) == (0, False)
    assert len(weixin.asked) == 1  # nobody asked who the made-up person is


@pytest.mark.parametrize("part", ["token", "profile"])
def test_an_error_of_wechat_is_explained(client: Client, weixin: Weixin, part: str) -> None:
    setattr(weixin, part, {"errcode": 40029, "errmsg": "invalid code, rid: 6"})
    client.cookies["language"] = "en"

    refused = come_back(client, go(client))

    assert "WeChat did not let you in" in refused.text
    assert "40029" not in refused.text
    assert User.objects.count() == 0


def test_a_profile_of_somebody_else_is_refused(client: Client, weixin: Weixin) -> None:
    weixin.profile["openid"] = "somebody-else"

    come_back(client, go(client))

    assert User.objects.count() == 0


def test_an_answer_without_our_question_is_refused(client: Client, weixin: Weixin) -> None:
    client.get("/accounts/weixin/login/callback/", {"code": "CODE", "state": "made-up"})

    assert weixin.asked == []
    assert User.objects.count() == 0


def test_wechat_is_connected_to_an_account_and_disconnected(
    client: Client, weixin: Weixin, lately: Any
) -> None:
    user = User.objects.create_user("me@example.org")
    client.force_login(user)
    client.cookies["language"] = "en"

    unproved = client.post("/accounts/weixin/login/?process=connect")
    lately(client)
    come_back(client, go(client, query="?process=connect"))
    account = SocialAccount.objects.get(user=user)
    refused = client.post("/accounts/wechat/", {"account": account.pk})
    still = SocialAccount.objects.count()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    client.post("/accounts/wechat/", {"account": account.pk})

    assert "sign in once more" in unproved.text
    assert "your only way in" in refused.text
    assert (still, SocialAccount.objects.count()) == (1, 0)
