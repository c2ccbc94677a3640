"""Addresses of servers: read, and refused where they hold a password."""

from pathlib import Path

import pytest

from db.engines.postgres.place import is_server_url, parse_place
from db.errors import UsageError

LOCAL = Path("/local")


@pytest.mark.parametrize(
    "text",
    [
        "postgresql+psycopg://ann@db.studio/sounds?sslmode=verify-full",
        "postgresql://ann@db.studio:5433/sounds",
        "postgres:///sounds?host=/run/postgresql",
        "postgresql+psycopg://?service=studio",
        "postgresql+psycopg://ann@[::1]/sounds",
    ],
)
def test_an_address_is_kept_with_the_driver_in_it(text: str) -> None:
    assert is_server_url(text)
    place = parse_place(text, LOCAL)
    assert place.url == "postgresql+psycopg://" + text.partition("://")[2]
    assert str(place) == place.url


@pytest.mark.parametrize(
    "text",
    [
        "postgresql+psycopg://ann:hunter2@db/sounds",
        "postgresql+psycopg://ann:@db/sounds",
        "postgresql://db/sounds?user=ann&password=hunter2",
        "postgresql://db/sounds?PassWord=hunter2",
        "postgresql://db/sounds?sslpassword=hunter2",
    ],
)
def test_a_password_is_refused_with_where_to_put_it_and_not_repeated(text: str) -> None:
    with pytest.raises(UsageError, match=r"~/\.pgpass .*PGPASSWORD") as refused:
        parse_place(text, LOCAL)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "mysql://db/sounds",
        "postgresql+psycopg2://ann:hunter2@db/sounds",
        "postgresql://db:port/sounds",
        "postgresql://ann:hunter2/x@db/sounds",
        "postgresql://db/s?hunter2",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(text: str) -> None:
    assert is_server_url(text)
    with pytest.raises(UsageError, match="That is no address of a server") as refused:
        parse_place(text, LOCAL)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("text", ["/home/ann/postgresql", "postgresql", "C://sounds", "C:\\sounds"])
def test_a_folder_is_no_address(text: str) -> None:
    assert not is_server_url(text)
