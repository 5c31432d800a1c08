"""The layer's table holds what convert asks for, and nothing that reaches beyond the file."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

from functions.convert.plan import plan_output
from shared import formats
from shared.options import Options
from shared.task import Output, Probe

if TYPE_CHECKING:
    from types import ModuleType

EVERYTHING = Options(
    start_s=1, end_s=9, fade_in_s=1, fade_out_s=1, gain_db=3, loudness_lufs=-16, trim_silence=True, speed=1.5
)


@dataclass(frozen=True)
class Entry:
    encoder: str
    muxer: str


def test_the_formats_table_names_nothing_that_the_layer_lacks(components: ModuleType) -> None:
    assert set() == components.missing(formats)


def test_an_encoder_a_muxer_and_a_demuxer_that_the_layer_lacks_are_named(components: ModuleType) -> None:
    table = SimpleNamespace(FORMATS={"x": Entry("libspeex", "spx")}, DEMUXERS=["wav", "mpeg", "hls"])

    assert {"encoder libspeex", "muxer spx", "demuxer hls"} == components.missing(table)


def test_any_pcm_stands_for_the_family(components: ModuleType) -> None:
    table = SimpleNamespace(FORMATS={"wav": Entry("pcm", "wav")}, DEMUXERS=[])

    assert set() == components.missing(table)


def test_every_filter_that_convert_may_use_is_in(components: ModuleType) -> None:
    source = Probe("wav", "pcm_s16le", 10.0, 44_100, 2)
    plan = plan_output(Output("mp3", "out.mp3", EVERYTHING), source)
    used = {step.partition("=")[0] for chain in plan.filters for step in chain.split(",")}

    assert used
    assert used <= components.COMPONENTS["filter"]


def test_nothing_reads_beyond_the_file_it_is_given(components: ModuleType) -> None:
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

    assert not reaching & components.COMPONENTS["demuxer"]
    assert {"file", "pipe"} == components.COMPONENTS["protocol"]
    assert not {"amovie", "movie"} & components.COMPONENTS["filter"]


def test_configure_is_told_each_component_once_and_in_a_fixed_order(components: ModuleType) -> None:
    flags = list(components.flags())

    assert len(set(flags)) == len(flags) == sum(map(len, components.COMPONENTS.values()))
    assert list(components.flags()) == flags
    assert "--enable-demuxer=mov" in flags
