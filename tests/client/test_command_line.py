"""The `sonube` command as a script runs it: arguments in, exit status and two streams out."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from typing import TYPE_CHECKING

import pytest
from mutagen.flac import FLAC

from tests.client.terminal import COMMAND
from tests.waiting import HANG_S

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sonube import Sonube
    from tests.client.terminal import Terminal
    from tools.throwaway import ThrowawayCloud


def test_login_saves_the_session_readable_only_by_its_owner(
    cloud: ThrowawayCloud, terminal: Terminal
) -> None:
    terminal.session.unlink()
    account = ("--url", cloud.url, "--email", "ana@example.com")

    first = terminal.run("login", *account, "--sign-up", SONUBE_PASSWORD="correct horse")
    wrong = terminal.run("login", *account, SONUBE_PASSWORD="wrong horse")

    assert (first.returncode, stat.S_IMODE(terminal.session.stat().st_mode)) == (0, 0o600), first.stderr
    assert (wrong.returncode, wrong.stderr.count("\n")) == (1, 1)


def test_several_files_are_converted_and_their_results_printed(terminal: Terminal, songs: list[str]) -> None:
    done = terminal.run("convert", *songs, "--to", "mp3", "-o", "bitRateKbps=64", "--out", "out")

    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.splitlines()) == ["out/a.mp3", "out/b c.mp3", "out/Ñandú 🎶.mp3"]
    assert all((terminal.folder / line).stat().st_size > 0 for line in done.stdout.splitlines())


def test_one_bad_file_changes_the_exit_status_but_no_other_file(terminal: Terminal, songs: list[str]) -> None:
    (terminal.folder / "bad.wav").write_text("not a song")

    done = terminal.run("convert", songs[0], "bad.wav", "--preset", "voice", "--json")
    lines = {line["file"]: line for line in map(json.loads, done.stdout.splitlines())}

    assert done.returncode == 1
    assert lines["a.wav"]["results"] == ["a.opus"]
    assert (lines["bad.wav"]["results"], lines["bad.wav"]["error"]["code"]) == ([], "not_audio")


def test_notes_are_printed_beside_the_results_and_do_no_harm(
    terminal: Terminal, audio: Callable[..., Path]
) -> None:
    (terminal.folder / "radio.aac").write_bytes(audio("aac").read_bytes())

    done = terminal.run("convert", "radio.aac", "--to", "mp3")
    again = terminal.run("convert", "radio.aac", "--to", "mp3", "--json")
    (note,) = json.loads(again.stdout)["notes"]

    assert (done.returncode, done.stdout) == (0, "radio.mp3\n"), done.stderr
    assert done.stderr.startswith("radio.aac: note: The file does not state its length.")
    assert done.stderr.count("\n") == 1
    assert (note["code"], note["output"], set(note["figures"])) == ("completeness_unknown", None, {"foundS"})


def test_two_files_with_the_same_name_get_two_results(terminal: Terminal, songs: list[str]) -> None:
    (terminal.folder / "other").mkdir()
    (terminal.folder / "other" / songs[0]).write_bytes((terminal.folder / songs[0]).read_bytes())

    done = terminal.run("convert", songs[0], f"other/{songs[0]}", "--to", "ogg", "--out", "out")

    assert sorted(done.stdout.splitlines()) == ["out/a (2).ogg", "out/a.ogg"]


def test_files_of_one_run_never_replace_each_others_results(terminal: Terminal, songs: list[str]) -> None:
    (terminal.folder / "other").mkdir()
    (terminal.folder / "other" / songs[0]).write_bytes((terminal.folder / songs[0]).read_bytes())
    wanted = ["convert", songs[0], f"other/{songs[0]}", "--to", "ogg", "--out", "out", "--overwrite"]

    done = terminal.run(*wanted)

    assert sorted(done.stdout.splitlines()) == ["out/a (2).ogg", "out/a.ogg"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["convert", "a.wav"], "--to FORMAT, --preset NAME"),
        (["convert", "nothing.wav", "--to", "mp3"], "'nothing.wav' does not exist"),
        (["convert", "a.wav", "--to", "mp3", "-o", "bitRateKbps"], "the form NAME=VALUE"),
        (["convert", "--to", "mp3"], "Missing argument"),
    ],
)
def test_wrong_usage_is_refused_with_the_correct_usage(
    terminal: Terminal, songs: list[str], arguments: list[str], said: str
) -> None:
    done = terminal.run(*arguments)

    assert (done.returncode, said in done.stderr, songs[0] in "a.wav") == (2, True, True), done.stderr


def test_an_option_out_of_bounds_is_refused_with_the_bounds(terminal: Terminal, songs: list[str]) -> None:
    done = terminal.run("convert", songs[0], "--to", "mp3", "-o", "bitRateKbps=9000")

    assert (done.returncode, "320" in done.stderr, "Traceback" in done.stderr) == (2, True, False)


def test_a_track_that_the_file_does_not_have_is_refused_with_those_that_it_has(
    terminal: Terminal, songs: list[str]
) -> None:
    done = terminal.run("convert", songs[0], "--to", "mp3", "--track", "2")

    assert (done.returncode, "It has: 1 (pcm_s16le" in done.stderr) == (1, True), done.stderr


def test_quote_prints_what_each_file_and_all_would_cost_and_converts_nothing(
    terminal: Terminal, service: Sonube, songs: list[str]
) -> None:
    (terminal.folder / "z.mp3").write_bytes(b"of a length that no one knows")
    of_songs = terminal.run("convert", *songs, "--to", "mp3", "--quote")
    of_all = terminal.run("convert", *songs, "z.mp3", "--to", "mp3", "--to", "flac", "--quote", "--json")
    quotes = [json.loads(line) for line in of_all.stdout.splitlines()]

    assert (of_songs.returncode, of_all.returncode) == (0, 0)
    assert of_songs.stdout.splitlines()[-1].endswith(" USD  3 files; nothing was converted.")
    assert [quote["file"] for quote in quotes] == [*songs, "z.mp3"]
    assert [quote["costUsd"] is None for quote in quotes] == [False, False, False, True]
    assert list(service.tasks()) == []


def test_usage_prints_the_month_and_the_cap(terminal: Terminal, songs: list[str]) -> None:
    terminal.run("convert", songs[0], "--to", "mp3")
    shown, raw = terminal.run("usage"), json.loads(terminal.run("usage", "--json").stdout)

    assert shown.returncode == 0, shown.stderr
    assert f"USD of {raw['capUsd']:g} USD" in shown.stdout
    assert (raw["tasks"], raw["costUsd"] > 0, raw["storedBytes"] > 0) == (1, True, True)


def test_tags_are_set_and_removed(terminal: Terminal, songs: list[str]) -> None:
    said = ("--tag", "title=Luna = 1", "--tag", "artist=Ana", "--tag", "artist=Luis", "--tag", "comment=")
    done = terminal.run("convert", songs[0], "--to", "flac", *said)

    assert done.returncode == 0, done.stderr
    tags = FLAC(terminal.folder / done.stdout.strip())
    assert (tags["title"], tags["artist"]) == (["Luna = 1"], ["Ana", "Luis"])


def test_a_tag_that_does_not_exist_is_refused_with_those_that_do(
    terminal: Terminal, songs: list[str]
) -> None:
    done = terminal.run("convert", songs[0], "--to", "mp3", "--tag", "artits=Ana")

    assert (done.returncode, "'artits' is not a field of tags" in done.stderr) == (2, True), done.stderr


def test_an_option_that_is_not_a_number_is_refused_by_the_service(
    terminal: Terminal, songs: list[str]
) -> None:
    done = terminal.run("convert", songs[0], "--to", "mp3", "-o", "gainDb=NaN")

    assert (done.returncode, "gainDb" in done.stderr) == (2, True), done.stderr


def test_without_a_session_the_error_says_how_to_log_in(terminal: Terminal, songs: list[str]) -> None:
    terminal.session.unlink()

    done = terminal.run("convert", songs[0], "--to", "mp3")

    assert (done.returncode, "Run `sonube login`" in done.stderr) == (1, True)


def test_a_session_with_an_expired_token_is_renewed(terminal: Terminal) -> None:
    old = json.loads(terminal.session.read_text()) | {"expires_at": 0, "id_token": "old"}
    terminal.session.write_text(json.dumps(old))

    done = terminal.run("tasks", "--json")

    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(terminal.session.read_text())["expires_at"] > 0


def test_tasks_are_listed_fetched_and_removed(terminal: Terminal, service: Sonube, songs: list[str]) -> None:
    terminal.run("convert", songs[0], "--to", "flac")
    task = next(iter(service.tasks()))

    listed = terminal.run("tasks")
    fetched = terminal.run("get", task.id, "no-such-task", "--out", "again")
    removed = terminal.run("rm", task.id)

    assert (task.id in listed.stdout, "PROCESSED" in listed.stdout) == (True, True)
    assert (fetched.stdout, fetched.returncode, "not_found" in fetched.stderr) == ("again/a.flac\n", 1, True)
    assert (removed.stdout, removed.returncode) == (f"deleted {task.id}\n", 0)
    assert terminal.run("tasks").stderr == "No tasks.\n"


def test_formats_presets_and_options_are_listed_without_a_session(
    cloud: ThrowawayCloud, terminal: Terminal
) -> None:
    terminal.session.unlink()

    every = terminal.run("formats", "--url", cloud.url)
    one = terminal.run("formats", "mp3", "--url", cloud.url)
    none = terminal.run("formats", "mp4000", "--url", cloud.url)

    assert ("flac" in every.stdout, "podcast" in every.stdout) == (True, True)
    assert "bitRateKbps" in one.stdout
    assert (none.returncode, "Valid: mp3" in none.stderr) == (1, True)


def test_an_id_may_begin_with_a_dash(terminal: Terminal) -> None:
    for command in ("rm", "get"):
        done = terminal.run(command, "-8Omxq1-MYq4docCXYZabc", "-hOmxq1-MYq4docCXYZabc")

        assert (done.returncode, done.stderr.count("There is no such task.")) == (1, 2), done.stderr


def test_a_closed_output_pipe_ends_the_command_quietly(
    terminal: Terminal, service: Sonube, songs: list[str]
) -> None:
    service.create(terminal.folder / songs[0], "mp3")
    reader, writer = os.pipe()
    os.close(reader)

    with os.fdopen(writer, "w") as closed:
        done = subprocess.run(
            [*COMMAND, "tasks", "--json"],
            env=terminal.environment,
            stdout=closed,
            stderr=subprocess.PIPE,
            timeout=HANG_S,
            check=False,
        )

    assert (done.returncode, done.stderr) == (1, b"")


def test_without_a_terminal_each_task_is_one_line(terminal: Terminal, service: Sonube) -> None:
    long = terminal.folder / f"{'a very long name, ' * 10}.wav"
    long.write_bytes(b"RIFF")
    task = service.create(long, "mp3")

    lines = terminal.run("tasks").stdout.splitlines()

    assert (len(lines), task.id in lines[1], long.name in lines[1]) == (2, True, True)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_exist_for_every_shell(terminal: Terminal, shell: str) -> None:
    assert "_SONUBE_COMPLETE" in terminal.run("completion", shell).stdout


def test_completion_completes_the_formats(terminal: Terminal) -> None:
    done = terminal.run(
        _SONUBE_COMPLETE="bash_complete", COMP_WORDS="sonube convert a.wav --to fl", COMP_CWORD="4"
    )

    assert done.stdout == "plain,flac\n"


def test_a_file_name_that_is_not_utf8_is_converted(terminal: Terminal, audio: Callable[..., Path]) -> None:
    old = terminal.folder / os.fsdecode(b"caf\xe9.wav")
    old.write_bytes(audio("wav").read_bytes())

    done = terminal.run("convert", old.name, "--to", "mp3", "--json")

    assert (done.returncode, done.stdout.isascii()) == (0, True), done.stderr
    assert json.loads(done.stdout)["file"] == old.name
    assert (terminal.folder / os.fsdecode(b"caf\xe9.mp3")).stat().st_size > 0


def test_a_locale_without_utf8_changes_no_name(terminal: Terminal, songs: list[str]) -> None:
    ascii_only = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}

    done = terminal.run("convert", songs[2], "--to", "mp3", "--out", "ö", **ascii_only)
    listed = terminal.run("tasks", **ascii_only)

    assert (done.returncode, done.stdout) == (0, "ö/Ñandú 🎶.mp3\n"), done.stderr
    assert (terminal.folder / "ö" / "Ñandú 🎶.mp3").stat().st_size > 0
    assert songs[2] in listed.stdout, listed.stderr
