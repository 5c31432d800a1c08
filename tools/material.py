"""A short sound in every kind of file that Sonube reads, with tags if the file can hold them."""

from __future__ import annotations

import random
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from functions.convert.metadata.model.tags import FRONT_COVER, Picture
from functions.convert.metadata.write.vorbis import encoded_picture
from shared.domain.media import Chapter
from tools.clip import write_clip
from tools.ffmpeg import program

if TYPE_CHECKING:
    from pathlib import Path

CLIP_S = 1.5
TITLE = "Песня 歌 نغمة"
CHAPTERS = (Chapter(0.0, 0.5, "Начало"), Chapter(0.5, CLIP_S, "終わり"))
# A frame of AMR-NB at 12.2 kbit/s, 20 ms: its head and 31 octets of speech (RFC 4867, 5.3).
_AMR_HEAD, _AMR_BYTES, _AMR_FRAMES = 0x3C, 31, 75
# Of the first seeds the one that is neither faint nor clipped.
_AMR_SEED = 4


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of input.

    Attributes:
        name: of the row in the published tables.
        ending: of the file.
        arguments: by which ffmpeg makes it, if it can, from the inputs 0 sound, 1 cover, 2 tags and chapters,
            3 the same as Vorbis comments, 4 video.
        holds: `t` for a title, `p` for a picture, `c` for chapters.
    """

    name: str
    ending: str
    arguments: str
    holds: str = ""


_TAGS, _COMMENTS = "-map_metadata 2 -map_chapters 2", "-map_metadata 3 -map_chapters -1"
_COVER = "-map 1:v -c:v copy -disposition:v:0 attached_pic"
_ATTACHED = "-attach cover.jpg -metadata:s:t mimetype=image/jpeg"
_VIDEO = "-map 4:v -c:v mpeg4 -b:v 50k"
AMR = Kind("amr", "amr", "")
KINDS = (
    Kind("mp3", "mp3", f"-c:a libmp3lame {_COVER} {_TAGS}", "tpc"),
    Kind("wav", "wav", f"-c:a pcm_s16le {_TAGS}", "t"),
    Kind("wav, 24 bits", "wav", f"-c:a pcm_s24le {_TAGS}", "t"),
    Kind("wav, µ-law", "wav", f"-c:a pcm_mulaw {_TAGS}", "t"),
    Kind("wav, ADPCM", "wav", "-c:a adpcm_ima_wav -map_metadata -1"),
    Kind("RF64", "wav", f"-c:a pcm_s16le -rf64 always {_TAGS}", "t"),
    Kind("W64", "w64", "-c:a pcm_s16le -map_metadata -1"),
    Kind("ogg (Vorbis)", "ogg", f"-c:a libvorbis {_COMMENTS}", "tpc"),
    Kind("ogg (FLAC)", "oga", f"-c:a flac {_COMMENTS}", "tpc"),
    Kind("opus", "opus", f"-c:a libopus {_COMMENTS}", "tpc"),
    Kind("flac", "flac", f"-c:a flac {_COVER} {_COMMENTS}", "tpc"),
    Kind("m4a (AAC)", "m4a", f"-c:a aac {_COVER} {_TAGS}", "tpc"),
    Kind("m4a (ALAC)", "m4a", f"-c:a alac {_COVER} {_TAGS}", "tpc"),
    Kind("mov (PCM)", "mov", f"-c:a pcm_s16be {_TAGS}", "tc"),
    Kind("mp4 with video", "mp4", f"{_VIDEO} -c:a aac {_TAGS}", "tc"),
    Kind("aac (ADTS)", "aac", f"-c:a aac -write_id3v2 1 -f adts {_TAGS}", "tc"),
    Kind("aiff", "aiff", f"-c:a pcm_s16be -write_id3v2 1 {_COVER} {_TAGS}", "tpc"),
    Kind("wma (ASF)", "wma", f"-c:a wmav2 {_TAGS}", "tc"),
    Kind("mka (FLAC)", "mka", f"-c:a flac {_ATTACHED} {_TAGS}", "tpc"),
    Kind("mkv with video (AC-3)", "mkv", f"{_VIDEO} -c:a ac3 {_TAGS}", "tc"),
    Kind("webm (Opus)", "webm", f"-c:a libopus {_TAGS}", "tc"),
    Kind("caf", "caf", f"-c:a pcm_s16be {_TAGS}", "t"),
    Kind("au", "au", "-c:a pcm_s16be -map_metadata -1"),
    Kind("avi with video (MP3)", "avi", f"{_VIDEO} -c:a libmp3lame {_TAGS}", "t"),
    Kind("mpeg-ts (AAC)", "ts", "-c:a aac -map_metadata -1"),
    Kind("mpg with video (MP2)", "mpg", "-map 4:v -r 25 -c:v mpeg2video -b:v 50k -c:a mp2 -map_metadata -1"),
    Kind("flv (MP3)", "flv", "-c:a libmp3lame -map_metadata -1"),
    Kind("eac3", "eac3", "-c:a eac3 -map_metadata -1"),
    Kind("wavpack", "wv", f"-c:a wavpack {_TAGS}", "t"),
    Kind("tta", "tta", "-c:a tta -map_metadata -1"),
    AMR,
)


def make_all(folder: Path) -> dict[str, Path]:
    """Every kind of file, by its name, made in one pass of a full ffmpeg."""
    write_clip(folder / "clip.wav", CLIP_S)
    _write_cover(folder)
    _write_tags(folder)
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-i", "clip.wav", "-i", "cover.jpg"]
    argv += ["-i", "tags", "-i", "comments", "-f", "lavfi", "-i", f"color=s=64x48:r=5:d={CLIP_S}"]
    files = {kind.name: folder / f"in-{n}.{kind.ending}" for n, kind in enumerate(KINDS)}
    for kind in KINDS:
        if kind is AMR:
            continue
        argv += ["-map", "0:a", *kind.arguments.split(), files[kind.name].name]
    subprocess.run(argv, cwd=folder, check=True, timeout=120)
    files[AMR.name] = folder / "in.amr"
    files[AMR.name].write_bytes(make_amr())
    return files


def _write_cover(folder: Path) -> None:
    argv = [program("ffmpeg"), "-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", "color=teal:s=48x48"]
    subprocess.run([*argv, "-frames:v", "1", "cover.jpg"], cwd=folder, check=True, timeout=60)


def _write_tags(folder: Path) -> None:
    """The same twice: as ffmpeg has tags and chapters, and as Vorbis comments."""
    lines = [";FFMETADATA1", f"title={TITLE}", "artist=Ångström"]
    comments = list(lines)
    for n, chapter in enumerate(CHAPTERS, 1):
        times = (f"START={round(chapter.start_s * 1000)}", f"END={round(chapter.end_s * 1000)}")
        lines += ["[CHAPTER]", "TIMEBASE=1/1000", *times, f"title={chapter.title}"]
        comments += [f"CHAPTER{n:03}=00:00:0{chapter.start_s:.3f}", f"CHAPTER{n:03}NAME={chapter.title}"]
    (folder / "tags").write_text("\n".join(lines) + "\n", encoding="utf-8")
    cover = Picture(FRONT_COVER, "image/jpeg", (folder / "cover.jpg").read_bytes())
    picture = encoded_picture(cover).decode().replace("=", "\\=")
    comments.append(f"METADATA_BLOCK_PICTURE={picture}")
    (folder / "comments").write_text("\n".join(comments) + "\n", encoding="utf-8")


def make_amr() -> bytes:
    """A buzz: no free encoder writes AMR, and any bits are speech to its decoder."""
    bits = random.Random(_AMR_SEED).randbytes(_AMR_BYTES)  # noqa: S311  # the same buzz every time
    return b"#!AMR\n" + (bytes([_AMR_HEAD]) + bits) * _AMR_FRAMES
