"""The layer has the components that convert needs, and none that can open other files."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from functions.convert.plan.plan import plan_output
from functions.convert.plan.sample_format import ENCODERS
from shared.domain.files import Output
from shared.domain.formats import FORMATS
from shared.domain.media import Probe
from shared.domain.options import Options
from shared.domain.sources import COVERS, SOURCES

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING = Options(
    start_s=1, end_s=9, fade_in_s=1, fade_out_s=1, gain_db=3, loudness_lufs=-16, trim_silence=True, speed=1.5
)


def test_every_format_can_be_written(components: ModuleType) -> None:
    held = components.components()

    for form in FORMATS.values():
        assert form.muxer in held["muxer"]
        assert set(ENCODERS.get(form.encoder, {0: form.encoder}).values()) <= held["encoder"]


def test_there_are_no_other_encoders(components: ModuleType) -> None:
    encoders = {name for name in components.components()["encoder"] if not name.startswith("pcm_")}

    assert encoders == {form.encoder for form in FORMATS.values() if form.codec != "pcm"} | COVERS


def test_every_source_can_be_read_and_decoded(components: ModuleType) -> None:
    held = components.components()

    others = held["demuxer"] - {"mpegps", *SOURCES}
    assert {name for name in others if not name.startswith("image_")} == {"ffmetadata"}, "text of tags"
    assert {"mov", "mpegps", "wav"} <= held["demuxer"]
    assert {"mp3float", "dca", "amrnb", "pcm_s24le", "adpcm_ms", "wavpack", "png"} <= held["decoder"]
    assert {"mpegaudio", "dca", "amr", "mjpeg"} <= held["parser"]


def test_a_new_format_is_built(components: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    caf = replace(FORMATS["aiff"], name="caf", muxer="caf")
    monkeypatch.setitem(components.FORMATS, "caf", caf)
    monkeypatch.setitem(components.FORMATS, "spx", replace(caf, name="spx", encoder="libspeex", muxer="spx"))
    monkeypatch.setitem(components.SOURCES, "oma", frozenset({"atrac3"}))
    held = components.components()

    assert {"caf", "spx"} <= held["muxer"]
    assert "libspeex" in held["encoder"]
    assert "oma" in held["demuxer"]
    assert "atrac3" in held["decoder"]


def test_every_filter_that_convert_uses_is_built(components: ModuleType) -> None:
    source = Probe("wav", "pcm_s16le", 10.0, 44_100, 2)
    plan = plan_output(Output("mp3", "out.mp3", EVERYTHING), source)
    used = {step.partition("=")[0] for chain in plan.filters for step in chain.split(",")}

    assert used
    assert used <= components.components()["filter"]


def test_every_container_that_convert_names_is_built(components: ModuleType) -> None:
    code = "".join(path.read_text() for path in (ROOT / "functions/convert").rglob("*.py"))
    held = components.components()
    known = {name.removeprefix("pcm_") for name in held["muxer"] | held["demuxer"]}

    assert set(re.findall(r'"-f", "(\w+)"', code)) <= known


def test_no_component_reads_other_files(components: ModuleType) -> None:
    reaching = {
        "concat",
        "dash",
        "hls",
        "image2",
        "imf",
        "rtp",
        "rtsp",
        "sap",
        "sdp",
        "tedcaptions",
        "webm_dash_manifest",
    }

    assert not reaching & components.components()["demuxer"]
    assert {"file", "pipe"} == components.components()["protocol"]
    assert not {"amovie", "movie"} & components.components()["filter"]


def test_configure_gets_each_component_once_in_a_fixed_order(components: ModuleType) -> None:
    flags = list(components.lines("--enable-{kind}={name}"))

    assert len(set(flags)) == len(flags) == sum(map(len, components.components().values()))
    assert list(components.lines("--enable-{kind}={name}")) == flags
    assert "--enable-demuxer=mov" in flags


@pytest.mark.parametrize(("command", "first"), [("flags", "--enable-demuxer=aac"), ("list", "demuxer aac")])
def test_it_prints_the_list(
    components: ModuleType, capsys: pytest.CaptureFixture[str], command: str, first: str
) -> None:
    assert components.main([command]) == 0
    assert capsys.readouterr().out.splitlines()[0] == first


def test_an_unknown_command_is_refused_with_the_valid_ones(
    components: ModuleType, capsys: pytest.CaptureFixture[str]
) -> None:
    assert components.main(["check"]) == 2
    assert "flags|list" in capsys.readouterr().err
