"""Writes docs/formats.md: every input converted to every output, and the options of each format.

`python -m tools.docs.formats_page` converts everything (half a minute); a test checks each line.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from functions.convert.ffmpeg.resampling import PASSBAND, REJECTION_DB, RIPPLE_DB
from functions.convert.ffmpeg.timeline import CLOCKS, CUT_S, JITTER_S, MAX_OVERLAP_S
from functions.convert.plan.channel_layout import STEREO
from functions.convert.plan.depth import DITHERED
from functions.convert.plan.level.loudness import PEAK_CEILING_DBTP
from functions.convert.plan.mix import BY_NUMBER, LAYOUTS, mix_matrix
from shared.domain.formats import FORMATS
from shared.domain.formats.defaults import default_at, defaults_of
from shared.domain.options import GENERAL, options_table
from shared.domain.presets import PRESETS
from shared.domain.sources import SOURCES
from tools.docs import formats_prose as prose
from tools.docs.conversion_matrix import DITHER_STEPS, best_tools, row_of
from tools.docs.tags_table import fields_section
from tools.ffmpeg import ROOT
from tools.material import KINDS, make_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from tools.docs.conversion_matrix import Cell
    from tools.material import Kind

PAGE = ROOT / "docs" / "formats.md"
# Each container has a few of these; the table of sources lists them.
_FAMILIES = {"pcm": "PCM", "adpcm": "ADPCM"}


def head(first: str) -> list[str]:
    """Head of a table with a column for each output format."""
    return [f"| {first} | {' | '.join(FORMATS)} |", "|---|" + ":-:|" * len(FORMATS)]


def pair_line(kind: Kind, row: Mapping[str, Cell]) -> str:
    """One input in the table of conversions."""
    return f"| {kind.name} | {' | '.join(row[name].how for name in FORMATS)} |"


def tag_line(kind: Kind, row: Mapping[str, Cell]) -> str:
    """One input in the table of tags."""
    return f"| {kind.name}: {kind.holds} | {' | '.join(row[name].kept or '-' for name in FORMATS)} |"


def render(pairs: Sequence[str], tags: Sequence[str]) -> str:
    """The page around the lines of its two big tables."""
    parts = [
        [prose.INTRO, *head("from"), *pairs, ""],
        [prose.SOURCES, *_sources(), ""],
        [prose.TRACKS],
        [_timeline()],
        [_samples()],
        [prose.OTHERS],
        [
            prose.CHANNELS.format(unlabelled=_unlabelled(), ceiling=PEAK_CEILING_DBTP) + "\n".join(_mixes()),
            "",
        ],
        [prose.TAGS, *head("from"), *tags, ""],
        [*fields_section(), ""],
        ["## Outputs", "", *_outputs(), ""],
        [_defaults() + prose.REASONS],
        [prose.OPTIONS, *_general_options(), "", "In addition:", "", *_own_options(), ""],
        ["## Presets", "", "Options of the request override those of the preset.", "", *_presets(), ""],
        [prose.CHECKS.format(padding=_paddings())],
    ]
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def _sources() -> Iterable[str]:
    yield from ("| container | codecs |", "|---|---|")
    for demuxer, codecs in SOURCES.items():
        families = {_FAMILIES.get(codec.partition("_")[0], codec) for codec in codecs}
        yield f"| {demuxer} | {', '.join(sorted(families))} |"


def _timeline() -> str:
    exact = [name for name, least_s in CLOCKS.items() if least_s == JITTER_S]
    return prose.TIMELINE.format(
        clocks=", ".join(name.partition(",")[0] for name in exact[:-1]) + " and " + exact[-1],
        jitter_ms=1000 * JITTER_S,
        overlap_s=MAX_OVERLAP_S,
        cut_h=CUT_S / 3600,
        mpeg_ms=1000 * CLOCKS["mpeg"],
    )


def _samples() -> str:
    return prose.SAMPLES.format(
        passband=PASSBAND,
        audible_khz=PASSBAND * 44.1,
        ripple=RIPPLE_DB,
        rejection=REJECTION_DB,
        depths=" or ".join(map(str, DITHERED)),
        steps=DITHER_STEPS,
    )


def _unlabelled() -> str:
    return ", ".join(f"{layout} ({number})" for number, layout in BY_NUMBER.items() if number > STEREO)


def _mixes() -> Iterable[str]:
    stereo = tuple(LAYOUTS["stereo"].split())
    for layout, names in LAYOUTS.items():
        if len(names.split()) > STEREO:
            left, _ = mix_matrix(tuple(names.split()), stereo)
            terms = (_term(gain, name) for gain, name in zip(left, names.split(), strict=True) if gain)
            yield f"| {layout} | {' + '.join(terms)} |"


def _term(gain: float, name: str) -> str:
    return name if gain == 1 else f"{gain:.3g} {name}"


def _outputs() -> Iterable[str]:
    yield from ("| format | codec | file | media type | channels |", "|---|---|---|---|---|")
    for form in FORMATS.values():
        codec = f"{form.codec}, lossless" if form.lossless else form.codec
        cells = (form.name, codec, f".{form.extension}", form.content_type, str(form.max_channels))
        yield f"| {' | '.join(cells)} |"


def _defaults() -> str:
    lossy = [form for form in FORMATS.values() if not form.lossless]
    limits = sorted({row.up_to_hz for form in lossy for row in defaults_of(form)})
    lines = [
        " | ".join((form.name, *(row.text if (row := default_at(form, hz)) else "" for hz in limits)))
        for form in lossy
    ]
    rates = " | ".join(f"up to {hz / 1000:g} kHz" for hz in limits)
    table = "".join(f"| {line} |\n" for line in lines)
    return prose.DEFAULTS.format(rates=rates, columns="---|" * len(limits)) + table


def _general_options() -> Iterable[str]:
    yield from ("| option | values | meaning |", "|---|---|---|")
    for name, field in GENERAL.items():
        yield f"| `{name}` | {field.range_text()} | {field.description} |"


def _own_options() -> Iterable[str]:
    own = {
        name: {field.name: field for field in options_table(form).fields if field.name not in GENERAL}
        for name, form in FORMATS.items()
    }
    names = list(dict.fromkeys(option for table in own.values() for option in table))
    yield from (f"| format | {' | '.join(f'`{name}`' for name in names)} |", "|---|" + "---|" * len(names))
    for form, table in own.items():
        cells = (table[name].range_text() if name in table else "-" for name in names)
        yield f"| {form} | {' | '.join(cells)} |"


def _presets() -> Iterable[str]:
    yield from ("| preset | format | options | |", "|---|---|---|---|")
    for preset in PRESETS.values():
        options = ", ".join(f"`{name}` {value}" for name, value in preset.options.as_json().items())
        yield f"| {preset.name} | {preset.format} | {options or '-'} | {preset.description} |"


def _paddings() -> str:
    return ", ".join(
        f"{form.name} {1000 * form.padding_samples / 44_100:.0f} ms"
        for form in FORMATS.values()
        if form.padding_samples
    )


def main() -> None:
    """Convert everything and write the page."""
    tools = best_tools()
    with tempfile.TemporaryDirectory(prefix="sonube-") as name:
        files = make_all(Path(name))
        rows = {
            kind: row_of(tools, kind, files[kind.name], Path(name) / f"work-{n}", list(FORMATS))
            for n, kind in enumerate(KINDS)
        }
    pairs = [pair_line(kind, row) for kind, row in rows.items()]
    tags = [tag_line(kind, row) for kind, row in rows.items() if kind.holds]
    PAGE.write_text(render(pairs, tags), encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)}: {len(rows)} inputs, {len(FORMATS)} outputs")


if __name__ == "__main__":
    main()
