"""What a person reads of the devices that she is signed in on."""

from __future__ import annotations

import pytest

from award.accounts.devices import device_name

CHROMIUM = "AppleWebKit/537.36 (KHTML, like Gecko)"
ANDROID = f"Mozilla/5.0 (Linux; Android 10; K) {CHROMIUM}"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (f"{ANDROID} Chrome/140.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
        (f"{ANDROID} Chrome/140.0.0.0 YaBrowser/25.8.0 Mobile Safari/537.36", "Yandex, Android"),
        (
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
                "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
            ),
            "Safari, iPhone",
        ),
        (
            (
                f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROMIUM} "
                "Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0"
            ),
            "Edge, Windows",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
            "Firefox, Linux",
        ),
        ("curl/8.5.0", "curl/8.5.0"),
        ("", ""),
    ],
)
def test_a_device_has_the_name_that_people_know(said, name):
    assert device_name(said) == name
