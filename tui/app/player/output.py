"""Audio output."""

from collections.abc import Callable, Generator
from contextlib import suppress
from typing import Any, Protocol

from db.paths import display_text
from tui.app.player.clip import RATE_HZ, Frames

_PERIOD_MS = 10  # how often frames are asked for
_N_PERIODS = 4  # buffered by the system: how late Python may be without a dropout

Render = Callable[[int], Frames]


class Output(Protocol):
    """An output that pulls frames in its own thread.

    Attributes:
        name: For people.
        fault: Why there is no sound, in a few words; None if all is well.
    """

    name: str
    fault: str | None

    def close(self) -> None: ...


class DeviceOutput:
    """A device of this machine through miniaudio.

    Args:
        render: Asked for frames from the audio thread.
        device: Name of the device; None for the system's choice.
        is_silent: Use the backend that keeps time without sound.

    Raises:
        OSError: There is no such device.
    """

    def __init__(self, render: Render, device: str | None = None, *, is_silent: bool = False) -> None:
        import miniaudio

        self.fault: str | None = None
        backends = [
            backend
            for backend in miniaudio.Backend
            if (backend is miniaudio.Backend.NULL) == is_silent and backend is not miniaudio.Backend.CUSTOM
        ]
        try:
            self._device = miniaudio.PlaybackDevice(
                output_format=miniaudio.SampleFormat.FLOAT32,
                nchannels=2,
                sample_rate=RATE_HZ,
                buffersize_msec=_PERIOD_MS,
                callback_periods=_N_PERIODS,
                device_id=_find_device(device),
                backends=backends,
                app_name="earmark",
            )
        except miniaudio.MiniaudioError as error:
            raise OSError(str(error)) from error
        self.name = device or "system default"
        frames = _frames(render)
        next(frames)
        self._device.start(frames)

    def close(self) -> None:
        self._device.close()


def open_output(render: Render, device: str | None = None) -> Output:
    """Open a device; if that fails, a silent one whose ``fault`` says why."""
    try:
        return DeviceOutput(render, device)
    except OSError:
        if device is not None:
            return open_output(render)  # unplugged since it was chosen
    output = DeviceOutput(render, is_silent=True)
    output.name = "none"
    output.fault = "no sound card"
    return output


def device_names() -> list[str]:
    """Return the names of this machine's output devices."""
    return [name for name, _ in _devices()]


def _frames(render: Render) -> Generator[memoryview, int, None]:
    n_frames = yield memoryview(b"")
    while True:
        n_frames = yield memoryview(render(n_frames).tobytes())


def _find_device(name: str | None) -> Any:
    if name is None:
        return None
    for known, device_id in _devices():
        if known == name:
            return device_id
    raise OSError(f"there is no output device called {name}")


def _devices() -> list[tuple[str, Any]]:
    import miniaudio

    with suppress(miniaudio.MiniaudioError):
        return [(display_text(device["name"]), device["id"]) for device in miniaudio.Devices().get_playbacks()]
    return []
