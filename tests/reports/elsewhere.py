"""Reports whose cases are in other tests, because they belong to a series there."""

from __future__ import annotations

from tests.reports.report import Elsewhere

_TIMELINE, _GAPLESS = (f"tests/conversions/length/test_{name}.py" for name in ("timeline", "gapless"))
_DEFAULTS, _NOTES = "tests/conversions/quality/test_defaults.py", "tests/conversions/test_notes.py"
_SOURCES, _LOUD = "tests/conversions/sources", "tests/conversions/test_loudness"
_MIXING, _RESAMPLING = (f"tests/conversions/test_{name}.py" for name in ("mixing", "resampling"))

ELSEWHERE = (
    Elsewhere(
        "Calls recorded by WebRTC lose the pauses in which nobody spoke.",
        ["meetecho/janus-gateway 515", "livekit/egress 1002", "livekit/egress 1368", "bigbluebutton 25259"],
        "Gaps in the container's clock become silence of their length, with a note.",
        f"{_TIMELINE}::test_lost_packets_become_silence_of_their_length",
    ),
    Elsewhere(
        "A recorded broadcast whose clock jumps is hours too long.",
        ["stackia/rtp2httpd 676"],
        "Jumps of two hours, or back to the beginning, join the parts.",
        f"{_TIMELINE}::test_joined_broadcasts_lie_no_hours_apart",
    ),
    Elsewhere(
        "Between the tracks of an album there are gaps after a conversion.",
        ["nu774/qaac 109", "DeaDBeeF 965", "DeaDBeeF 3154", "Vanilagy/mediabunny 199"],
        "Each sample of the source arrives once, without priming and padding.",
        f"{_GAPLESS}::test_every_sample_arrives_once",
    ),
    Elsewhere(
        "Songs of a shop say only in a tag of iTunes where they end.",
        ["naudio/NLayer 9", "naudio/NLayer 50"],
        "The tag counts where it fits the file.",
        f"{_GAPLESS}::test_figures_of_itunes_are_read_in_mp3_too",
    ),
    Elsewhere(
        "Speech as MP3 has the least bit rate that the encoder knows.",
        ["simonw/ospeak 7"],
        "The default grows with sample rate and channels, by measurement.",
        f"{_DEFAULTS}::test_mp3_of_speech_at_a_low_sample_rate_is_not_starved",
    ),
    Elsewhere(
        "Music exported without options sounds worse than it should.",
        ["OpenShot/openshot-qt 3879", "audacity/audacity 5079", "Tonyu2 62"],
        "The defaults are chosen by measurement and by published listening tests.",
        f"{_DEFAULTS}::test_music_gets_the_bit_rate_that_it_needs",
    ),
    Elsewhere(
        "Eight channels get the bit rate of two.",
        ["NVEnc 585"],
        "The bit rate grows with the channels.",
        f"{_DEFAULTS}::test_the_bit_rate_grows_with_the_channels",
    ),
    Elsewhere(
        "Loud scenes of films clip in stereo, or their dialogue is quiet.",
        ["HandBrake/HandBrake 2030", "mpv 6343", "mpv 6563", "slhck/ffmpeg-normalize 253"],
        "One matrix by ITU-R BS.775; peaks above full scale are limited, and nothing else gets quieter.",
        f"{_MIXING}::test_a_loud_film_is_limited_and_neither_clipped_nor_turned_down",
    ),
    Elsewhere(
        "Resampling takes the treble away, or lets aliases in.",
        ["jiaaro/pydub 817", "wenet-e2e/wenet 822", "xbmc/xbmc 16391", "slhck/ffmpeg-normalize 160"],
        "20 kHz at 44.1 is kept within 0.1 dB; aliases stay below -100 dB.",
        f"{_RESAMPLING}::test_the_audible_band_is_kept_and_nothing_is_reflected_or_mirrored",
    ),
    Elsewhere(
        "Samples of 16 bits in a file of 24 come back changed, and digital silence is dithered.",
        ["enzo1982/freac 179", "audacity/audacity 698", "staxrip/staxrip 880"],
        "What fits comes back exactly; silence stays silent.",
        f"{_RESAMPLING}::test_samples_of_16_bits_in_a_deeper_file_come_back_exactly",
    ),
    Elsewhere(
        "A cover makes conversions to WAV and AAC fail.",
        ["C4illin/ConvertX 601"],
        "It is left out with a note where the format holds none.",
        f"{_NOTES}::test_a_picture_that_the_format_cannot_hold_is_noted",
    ),
    Elsewhere(
        "Of the front and the back cover, only one arrives.",
        ["clementine-player/Clementine 3191"],
        "Both are kept, the front cover first.",
        "tests/conversions/tags/test_technical_tags.py::test_the_front_cover_comes_first_of_several_pictures",
    ),
    Elsewhere(
        "An audiobook loses its chapters without a warning.",
        ["sandreas/m4b-tool 237"],
        "They are kept in every format; a note counts those beyond what one can number.",
        f"{_NOTES}::test_chapters_are_kept_as_far_as_the_format_counts",
    ),
    Elsewhere(
        "Ratings and lyrics are lost on the way to another format.",
        ["enzo1982/freac 295", "ZivaVatra/flac2all 20"],
        "What a format has no place for is named in a note.",
        f"{_NOTES}::test_tags_without_a_place_in_the_format_are_noted",
    ),
    Elsewhere(
        "An export clips what was fine in floating point.",
        ["musescore/MuseScore 21330", "mxfng/drumhaus 346"],
        "A note has the peak; a lower gain comes before anything is cut off.",
        f"{_NOTES}::test_floats_above_full_scale_are_noted_where_they_are_cut_off",
    ),
    Elsewhere(
        "Bad frames are skipped, and no one learns that the file got shorter.",
        ["Quentendo64/TonieToolbox 38", "lieff/minimp3 60"],
        "A note counts them.",
        f"{_NOTES}::test_packets_that_cannot_be_decoded_are_noted",
    ),
    Elsewhere(
        "Joined MP3s state the length of the first.",
        ["JamesHeinrich/getID3 120", "richardr1126/openreader 129"],
        "All of it is converted; a note has both lengths.",
        f"{_NOTES}::test_a_length_that_the_header_understates_is_noted",
    ),
    Elsewhere(
        "The checksum in a FLAC is another's, and no one looks at it.",
        ["mbunkus/mkvtoolnix 2069", "xiph/flac 690"],
        "A note has the stated and the found one.",
        f"{_NOTES}::test_a_checksum_that_does_not_match_is_noted",
    ),
    Elsewhere(
        "Half of a file that states no length passes for all of it.",
        ["MediaArea/MediaInfo 55", "franklioxygen/MyTube 471"],
        "A note says that no one can know.",
        f"{_NOTES}::test_a_file_that_may_have_been_cut_unseen_is_noted",
    ),
    Elsewhere(
        "A loudness is missed, and only a log says so.",
        ["slhck/ffmpeg-normalize 251"],
        "A note has the target and what was reached.",
        f"{_NOTES}::test_a_loudness_out_of_reach_is_noted",
    ),
    Elsewhere(
        "A file whose source is below the peak limit clips, because the encoder added to its peaks.",
        ["heygen-com/hyperframes 3644", "KyaniteLabs/kinocut 513", "nu774/qaac 31"],
        "The decoded output is measured, and encoded again where it exceeds the limit.",
        f"{_LOUD}_holds.py::test_the_output_keeps_ceiling_and_loudness",
    ),
    Elsewhere(
        "Peaks of a lossy file above full scale are cut off when it is decoded.",
        ["M-Igashi/mp3rgain 350", "jiixyj/loudness-scanner 22"],
        "They are decoded whole, and the gain brings them down.",
        f"{_LOUD}_holds.py::test_peaks_of_a_lossy_source_above_full_scale_are_kept_by_a_gain",
    ),
    Elsewhere(
        "A mono file of the right loudness is 3 LU too loud on two speakers.",
        ["complexlogic/rsgain 125", "reaper-oss/sws 1769"],
        "It is measured as played where the specification says so.",
        f"{_LOUD}.py::test_mono_is_measured_as_two_speakers_play_it",
    ),
    Elsewhere(
        "A limiter with look-ahead lets peaks through.",
        ["trummerschlunk/PodcastPlugins 4"],
        "It sees points between samples, in every channel.",
        f"{_LOUD}.py::test_peaks_of_any_channel_are_limited",
    ),
    Elsewhere(
        "A film's first audio track is a commentary, and that is what one hears.",
        ["jellyfin/jellyfin 5179", "damontecres/Wholphin 1657", "jellyrock/jellyrock 500"],
        "The main track is converted; commentaries and descriptions only if nothing else is there.",
        f"{_SOURCES}/test_tracks.py::test_the_main_track_is_chosen",
    ),
    Elsewhere(
        "A cover at which ffmpeg fails ends the whole conversion.",
        ["advplyr/audiobookshelf 3379", "TypNull/Tubifarry 196"],
        "The audio is converted: no cover goes through ffmpeg.",
        f"{_SOURCES}/test_accessories.py::test_a_cover_that_ffmpeg_would_fail_at_is_kept",
    ),
    Elsewhere(
        "Many long tags are too much for a command line.",
        ["ifauzeee/QBZ-Downloader 57", "rawnaldclark/Stash 118"],
        "They travel in a file.",
        f"{_SOURCES}/test_accessories.py::test_tags_are_not_limited_by_the_argument_list",
    ),
    Elsewhere(
        "A chunk of odd length without its padding hides the audio of a WAV.",
        ["jstrait/wavefile 8", "awslabs/ferret-scan 346", "FFmpeg/FFmpeg 13", "mono/taglib-sharp 101"],
        "The audio after it is found.",
        f"{_SOURCES}/test_accessories.py::test_a_chunk_without_its_padding_does_not_hide_the_audio",
    ),
    Elsewhere(
        "A FLAC of 32 bits is refused without a reason.",
        ["alexkay/spek 246", "anilbeesetti/nextlib 110"],
        "It is converted where the decoder can, else the error names its depth.",
        f"{_SOURCES}/test_accessories.py::test_a_flac_of_32_bits_is_converted_or_named",
    ),
    Elsewhere(
        "DSD is not read, or comes out at another level.",
        ["HighResMusicPlayer/hrmp 98", "DeaDBeeF-Player/deadbeef 1820"],
        "It becomes 88.2 kHz where a lossless output has no rate requested, at its level.",
        f"{_SOURCES}/test_dsd.py::test_dsd_is_converted_at_its_level",
    ),
    Elsewhere(
        "Trimming by a fixed threshold takes a quiet recording for silence.",
        ["ibab/tensorflow-wavenet 56", "librosa/librosa 722"],
        "The threshold follows the recording's own level.",
        f"{_SOURCES}/test_accessories.py::test_silence_is_trimmed_by_the_level_of_the_recording",
    ),
    Elsewhere(
        "Of two languages one is left, without a word.",
        ["Tichau/FileConverter 289", "convert-videos-for-plex 2"],
        "A note names the track; an option selects another.",
        f"{_NOTES}::test_of_several_tracks_the_converted_one_is_noted",
    ),
)
