"""The way to a server is encrypted, and its certificate is checked, where the address says so."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from db.engines.postgres.place import ServerPlace
from db.errors import LibraryError
from db.library import Library
from tests.tls_proxy import tls_proxy

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
_UNSAFE = "cannot be reached safely: its certificate, or the lack of one, does not fit"


@contextmanager
def by_tls(library: ServerPlace, authority: trustme.CA | None, root: Path) -> Iterator[ServerPlace]:
    """Yield the address of a library behind TLS, or without it; its certificate is to be one of a root's."""
    tls = None
    if authority is not None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.set_alpn_protocols(["postgresql"])
        authority.issue_cert("127.0.0.1").configure_cert(tls)
    database, _, host = library.url.partition("@/")[2].partition("?host=")
    with tls_proxy(Path(host) / ".s.PGSQL.5432", tls) as port:
        options = f"sslmode=verify-full&sslrootcert={root}"
        yield ServerPlace(f"postgresql+psycopg://postgres@127.0.0.1:{port}/{database}?{options}", library.local_folder)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def _root_of(authority: trustme.CA, folder: Path) -> Path:
    authority.cert_pem.write_to_path(str(folder / "root.crt"))
    return folder / "root.crt"


def test_a_library_is_used_by_tls(server_library: ServerPlace, authority: trustme.CA, tmp_path: Path) -> None:
    with by_tls(server_library, authority, _root_of(authority, tmp_path)) as place, Library.open(place) as library:
        assert library.is_empty
        with library.edits() as edits:
            edits.set_setting("tls", "yes")
        assert library.setting("tls") == "yes"


@pytest.mark.parametrize("has_tls", [True, False], ids=["another root", "no TLS"])
def test_a_server_that_cannot_prove_who_it_is_is_refused_in_one_sentence(
    has_tls: bool, server_library: ServerPlace, authority: trustme.CA, tmp_path: Path
) -> None:
    other = _root_of(trustme.CA(), tmp_path)
    with (
        by_tls(server_library, authority if has_tls else None, other) as place,
        pytest.raises(LibraryError, match=_UNSAFE) as told,
    ):
        Library.open(place)
    assert str(told.value).count("\n") == 0
