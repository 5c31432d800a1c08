"""The table of supported sources: demuxers, and the codecs that are decoded for each."""

from __future__ import annotations


def _codecs(*lists: str) -> frozenset[str]:
    return frozenset(name for names in lists for name in names.split())


# The codecs of the format tags of WAVE (RFC 2361) and QuickTime, and QuickTime's linear PCM, which specifies
# the number of bits, signedness and byte order.
_WAVE = """
    pcm_u8 pcm_s16le pcm_s24le pcm_s32le pcm_s64le pcm_f32le pcm_f64le pcm_alaw pcm_mulaw
    adpcm_ms adpcm_ima_wav adpcm_yamaha adpcm_g722 adpcm_g726 mp2 mp3 ac3
"""
_APPLE = """
    pcm_s8 pcm_s16be pcm_s16le pcm_s24be pcm_s24le pcm_s32be pcm_s32le pcm_f32be pcm_f32le pcm_f64be
    pcm_f64le pcm_alaw pcm_mulaw adpcm_ima_qt mace3 mace6 qdm2 gsm
"""
_LINEAR = "pcm_u8 pcm_u16be pcm_u16le pcm_u24be pcm_u24le pcm_u32be pcm_u32le pcm_s64be pcm_s64le"
_MPEG = "mp1 mp2 mp3"
_DOLBY = "ac3 eac3 dts truehd"

# Demuxers by ffmpeg's names, codecs by ffprobe's. Playlists, concatenations, pictures and network formats are
# excluded, so that a text file that names other files is not audio.
SOURCES = {
    "mp3": _codecs(_MPEG),
    "wav": _codecs(_WAVE, "adpcm_swf gsm_ms dts wmav1 wmav2"),
    "w64": _codecs(_WAVE),
    "ogg": _codecs("vorbis opus flac speex"),
    "flac": _codecs("flac"),
    "mov": _codecs(
        _APPLE, _LINEAR, _WAVE, _MPEG, _DOLBY, "aac alac opus flac speex nellymoser gsm_ms amr_nb amr_wb"
    ),
    "aac": _codecs("aac"),
    "aiff": _codecs(_APPLE, "pcm_u8"),
    "asf": _codecs(_WAVE, "adpcm_swf aac wmav1 wmav2 wmapro wmalossless wmavoice"),
    "amr": _codecs("amr_nb amr_wb"),
    "amrnb": _codecs("amr_nb"),
    "amrwb": _codecs("amr_wb"),
    "matroska": _codecs(
        _WAVE, _MPEG, _DOLBY, "pcm_s16be pcm_s24be pcm_s32be mlp aac vorbis opus flac alac tta wavpack"
    ),
    "caf": _codecs(
        _APPLE,
        _MPEG,
        "pcm_u8 pcm_s64be pcm_s64le adpcm_ms adpcm_ima_wav gsm_ms alac aac ac3 opus flac amr_nb",
    ),
    "au": _codecs(
        "pcm_s8 pcm_s16be pcm_s24be pcm_s32be pcm_f32be pcm_f64be pcm_alaw pcm_mulaw adpcm_g722 adpcm_g726le"
    ),
    "avi": _codecs(_WAVE, "adpcm_swf aac dts vorbis wmav1 wmav2"),
    "mpegts": _codecs(_MPEG, _DOLBY, "aac aac_latm opus pcm_bluray"),
    "mpeg": _codecs(_MPEG, "ac3 dts pcm_dvd"),
    "flv": _codecs("mp3 aac nellymoser speex adpcm_swf pcm_u8 pcm_s16le pcm_alaw pcm_mulaw"),
    "ac3": _codecs("ac3"),
    "eac3": _codecs("eac3"),
    "dts": _codecs("dts"),
    "truehd": _codecs("truehd"),
    "mlp": _codecs("mlp"),
    "loas": _codecs("aac_latm"),
    "wv": _codecs("wavpack"),
    "ape": _codecs("ape"),
    "tta": _codecs("tta"),
    "tak": _codecs("tak"),
    "mpc": _codecs("musepack7"),
    "mpc8": _codecs("musepack8"),
    "dsf": _codecs("dsd_lsbf_planar dsd_msbf_planar"),
    # Of IFF, DSDIFF only; pictures and 8SVX are no sources.
    "iff": _codecs("dsd_msbf dst"),
    "voc": _codecs("pcm_u8 pcm_s16le pcm_alaw pcm_mulaw adpcm_sbpro_2 adpcm_sbpro_3 adpcm_sbpro_4 adpcm_ct"),
}
# In any container; other codecs in a supported container are not decoded.
DECODED = frozenset().union(*SOURCES.values())
# Pictures that every container with covers supports, and whose size ffmpeg can read.
COVERS = frozenset({"mjpeg", "png"})
# Pictures that players do not show; they become one of those.
OTHER_COVERS = frozenset({"bmp", "gif", "webp"})
