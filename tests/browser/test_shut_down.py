"""The server stops at once while music is played, with what was heard on record."""

import signal

from playwright.sync_api import Page

from data.records.sessions import ListeningSession
from data.storage.roles import Permission
from tests.browser.conftest import begin
from tests.browser.house import House, start_app


def test_the_server_stops_at_once_while_music_is_played(
    page: Page, tablet: Page, house: House
) -> None:
    with start_app(house.url) as own:
        begin(page, tablet, own, house)
        tablet.wait_for_timeout(2500)
        own.process.send_signal(signal.SIGINT)
        assert own.process.wait(10) is not None

    with house.reading() as (store, actor), store.reading(actor, Permission.RUN_SESSION) as rows:
        session = rows.find(ListeningSession)[-1]
    assert session.stop_reason == "The server was shut down."
    assert session.listened_s > 0
