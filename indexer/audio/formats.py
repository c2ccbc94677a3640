"""File extensions of sounds."""

# Decoded by content; some need an external program.
AUDIO_EXTENSIONS = frozenset(
    b"wav wave bwf rf64 bw64 w64 aif aiff aifc aff flac ogg oga opus spx mp3 mp2 mpa caf au snd voc svx 8svx avr paf"
    b" sds xi rx2 rex rcy m4a m4b m4r mp4 aac alac mka webm weba wma asf wv ape tta tak mpc ac3 dts dsf dff ra rm amr"
    b" 3gp wem".split()
)
# Reported without opening them: not a sound by itself, or not decodable.
UNREADABLE_EXTENSIONS = frozenset(b"sd2 ncw m4p aup aup3".split())
ALL_EXTENSIONS = AUDIO_EXTENSIONS | UNREADABLE_EXTENSIONS


def extension_of(name: bytes) -> bytes:
    """Return what follows the last dot of a name, in lower case; all of it where there is no dot."""
    return name[name.rfind(b".") + 1 :].lower()


def unreadable_message(extension: bytes) -> str:
    """Say what to do with a file of one of `UNREADABLE_EXTENSIONS`."""
    return f"earmark cannot read .{extension.decode()} files; convert it to WAV or FLAC where it plays."
