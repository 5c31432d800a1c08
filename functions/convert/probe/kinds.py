"""Files that are something else than audio we can read, by their first bytes, and what to say of each.

Anything named here is never audio in a supported format, so ffmpeg is not asked: one without the right
demuxer may take it for MP3.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shared.domain.errors import Encrypted, NotAudio

if TYPE_CHECKING:
    from shared.domain.errors import ConversionError

# Enough for each of them.
HEAD_BYTES = 512
_EXPORT = "Open it in the program that made it, export it as WAV, FLAC or MP3, and upload that."
CONVERT = "Convert it to WAV or FLAC with a program that plays it, and upload that."
_NOTES = "Render it to WAV, FLAC or MP3 with a synthesizer or a music program, and upload that."
_UNPACK = "Unpack it and upload the audio files in it one by one."
_AUDIO = "Upload the audio itself, for example as MP3, M4A or WAV."
_RIP = "Rip the CD with a program for it, and upload the result."
_ORIGINAL = "Copy the recording itself, and upload that."


class Kind(NamedTuple):
    """A kind of file.

    Attributes:
        magics: offset and bytes, all of which it has.
        is_a: what it is, for a message.
        hint: what to do.
    """

    magics: tuple[tuple[int, bytes], ...]
    is_a: str
    hint: str


def _kind(is_a: str, hint: str, *magics: bytes | tuple[int, bytes]) -> Kind:
    return Kind(tuple((0, magic) if isinstance(magic, bytes) else magic for magic in magics), is_a, hint)


_MIDI = "MIDI file: it holds notes, no sound"
_MODULE = "tracker module: it holds notes and instruments, no recording"
_PROJECT = "project of a music program, which only refers to its audio or wraps it"
# Brands of still pictures (ISO/IEC 23008-12, and AVIF); a sequence of pictures may have sound.
_PICTURE_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"avif")
_AEA = b"\0\x08\0\0"
_KINDS = (
    _kind(_MIDI, _NOTES, b"MThd"),
    _kind(_MIDI, _NOTES, b"RIFF", (8, b"RMID")),
    _kind("mobile ring tone with notes: it holds no recording", _NOTES, b"MMMD"),
    _kind("mobile ring tone with notes: it holds no recording", _NOTES, b"XMF_"),
    _kind(_MODULE, _NOTES, b"Extended Module: "),
    _kind(_MODULE, _NOTES, b"IMPM"),
    _kind(_MODULE, _NOTES, (44, b"SCRM")),
    _kind("SoundFont: it holds instruments, no recording", _NOTES, b"RIFF", (8, b"sfbk")),
    _kind("game console's music program: it holds code, no recording", _NOTES, b"PSID"),
    _kind("game console's music program: it holds code, no recording", _NOTES, b"NESM\x1a"),
    _kind("RealAudio file, a format that is not supported", CONVERT, b".ra\xfd"),
    _kind("RealMedia file, whose RealAudio is not supported", CONVERT, b".RMF"),
    _kind("8SVX file of an Amiga, a format that is not supported", CONVERT, b"FORM", (8, b"8SVX")),
    _kind("16SV file of an Amiga, a format that is not supported", CONVERT, b"FORM", (8, b"16SV")),
    _kind("NIST SPHERE file, a format that is not supported", CONVERT, b"NIST_1A"),
    _kind("Sony OpenMG file with ATRAC, a format that is not supported", CONVERT, b"ea3"),
    _kind("Sony OpenMG file with ATRAC, a format that is not supported", CONVERT, b"EA3"),
    _kind("MiniDisc file with ATRAC1, a format that is not supported", CONVERT, _AEA, (260, b"\x02")),
    _kind("MiniDisc file with ATRAC1, a format that is not supported", CONVERT, _AEA, (260, b"\x01")),
    _kind("OptimFROG file, a format that is not supported", CONVERT, b"OFR "),
    _kind("OptimFROG file, a format that is not supported", CONVERT, b"OFRX"),
    _kind("Lossless Audio (LA) file, a format that is not supported", CONVERT, b"LA0"),
    _kind("Shorten file, a format that is not supported", CONVERT, b"ajkg"),
    _kind("TwinVQ file, a format that is not supported", CONVERT, b"TWIN"),
    _kind("QCP file of a phone, a format that is not supported", CONVERT, b"RIFF", (8, b"QLCM")),
    _kind("dictation in Olympus DSS, a format that is not supported", CONVERT, b"\x02dss"),
    _kind("dictation in Olympus DSS, a format that is not supported", CONVERT, b"\x03ds2"),
    _kind("dictation of a Sony recorder, a format that is not supported", CONVERT, b"MS_VOICE"),
    _kind("shortcut to a track of an audio CD: it holds no sound", _RIP, b"RIFF", (8, b"CDDA")),
    _kind("companion file of macOS, named ._…: it holds no sound", _ORIGINAL, b"\0\x05\x16\x07"),
    _kind(_PROJECT, _EXPORT, b"SQLite format 3\x00"),
    _kind("ZIP archive, or a document or project that is one", _UNPACK, b"PK\x03\x04"),
    _kind("RAR archive", _UNPACK, b"Rar!\x1a\x07"),
    _kind("7-Zip archive", _UNPACK, b"7z\xbc\xaf\x27\x1c"),
    _kind("compressed file (gzip)", _UNPACK, b"\x1f\x8b\x08"),
    _kind("compressed file (bzip2)", _UNPACK, b"BZh"),
    _kind("compressed file (xz)", _UNPACK, b"\xfd7zXZ\x00"),
    _kind("compressed file (Zstandard)", _UNPACK, b"\x28\xb5\x2f\xfd"),
    _kind("PDF document", _AUDIO, b"%PDF-"),
    _kind("document of Microsoft Office", _AUDIO, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    _kind("JPEG picture", _AUDIO, b"\xff\xd8\xff"),
    _kind("PNG picture", _AUDIO, b"\x89PNG\r\n\x1a\n"),
    _kind("GIF picture", _AUDIO, b"GIF8"),
    _kind("WebP picture", _AUDIO, b"RIFF", (8, b"WEBP")),
    _kind("TIFF picture", _AUDIO, b"II*\x00"),
    _kind("TIFF picture", _AUDIO, b"MM\x00*"),
    *(_kind("HEIC or AVIF picture", _AUDIO, (4, b"ftyp" + brand)) for brand in _PICTURE_BRANDS),
    _kind("TAR archive", _UNPACK, (257, b"ustar")),
    _kind("program, not a recording", _AUDIO, b"\x7fELF"),
)  # fmt: skip
_AUDIBLE = (4, b"\x57\x90\x75\x36")
# Texts, by how they begin, in lower case. A stream that was saved with its HTTP header is audio, so texts are
# only named where ffmpeg found nothing.
_TEXTS = (
    ("web page", _AUDIO, ("<!doctype html", "<html")),
    ("playlist: it holds names of files or addresses, no sound", _AUDIO, ("#extm3u", "[playlist]", "<asx")),
    ("cue sheet: it holds titles, no sound", _AUDIO, ("rem ", "title ", "performer ", "file ")),
    ("XML document or project: it holds no sound", _EXPORT, ("<?xml",)),
    ("JSON document", _AUDIO, ('{"', "{\n", "[{")),
)  # fmt: skip
_BOM = b"\xef\xbb\xbf"
_CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 27}


def check_kind(head: bytes) -> None:
    """Refuse a file that begins like something else than audio.

    Raises:
        Encrypted: it is an audiobook with copy protection.
        NotAudio: it is not audio in a supported format; message and hint say what it is, and what to do.
    """
    if head[_AUDIBLE[0] :].startswith(_AUDIBLE[1]):
        raise Encrypted("This is an Audible audiobook (.aa), which has copy protection.")
    for kind in _KINDS:
        if all(head[offset:].startswith(magic) for offset, magic in kind.magics):
            raise _named(kind.is_a, kind.hint)


def unknown_kind(head: bytes) -> ConversionError:
    """Return what to say of a file in which ffmpeg found nothing."""
    if not head.strip(b"\0"):
        return NotAudio(
            "The file begins with nothing but zeros.",
            hint="It was probably not copied completely. Copy it again and upload the copy.",
        )
    text = head.removeprefix(_BOM).lstrip().lower()
    for is_a, hint, begins in _TEXTS:
        if any(text.startswith(begin.encode()) for begin in begins):
            return _named(is_a, hint)
    if not _CONTROLS & set(head) and _is_utf8(head):
        return _named("text file", _AUDIO)
    return NotAudio()


def _is_utf8(head: bytes) -> bool:
    """Return whether it is text, whose last character may be cut."""
    try:
        head[:-3].decode()
    except UnicodeDecodeError:
        return False
    return True


def _named(is_a: str, hint: str) -> NotAudio:
    article = "an" if is_a[0] in "AEIOX8" else "a"
    return NotAudio(f"This is {article} {is_a}.", hint=hint)
