"""The table of fields: one line each, with its names in all families of tags.

After MusicBrainz Picard's published mapping (picard-docs, `tag_mapping`); fields that it lacks have TagLib's
and Mp3tag's names. `python -m tools.docs.formats_page` prints it into docs/formats.md.
"""

# ruff: noqa: E501  # a field is a line

from __future__ import annotations

from .field import Kind, row

_DATE, _FLAG, _WHOLE, _GAIN, _ROLE = Kind.DATE, Kind.FLAG, Kind.WHOLE, Kind.GAIN, Kind.ROLE
_MB = "MusicBrainz"

# Name, ID3v2.4, ID3v2.2, MP4; then what differs from the defaults of `row`.
_TABLE = (
    row("title", "TIT2", "TT2", "©nam", riff="INAM", asf="Title"),
    row("subtitle", "TIT3", "TT3", asf="WM/SubTitle"),
    row("artist", "TPE1", "TP1", "©ART", many=True, riff="IART", asf="Author"),
    row("artists", "TXXX:Artists", mp4="----:com.apple.iTunes:ARTISTS", many=True, asf="WM/ARTISTS"),
    row("album", "TALB", "TAL", "©alb", riff="IPRD", asf="WM/AlbumTitle"),
    row("albumartist", "TPE2", "TP2", "aART", many=True, ape="Album Artist", asf="WM/AlbumArtist", ffmpeg="album_artist"),
    row("tracknumber", "TRCK", "TRK", "trkn", kind=_WHOLE, ape="Track", riff="ITRK", asf="WM/TrackNumber", ffmpeg="track"),
    row("totaltracks", "TRCK", "TRK", "trkn", kind=_WHOLE, vorbis="TRACKTOTAL", ape="Track", ffmpeg="track"),
    row("discnumber", "TPOS", "TPA", "disk", kind=_WHOLE, ape="Disc", asf="WM/PartOfSet", ffmpeg="disc"),
    row("totaldiscs", "TPOS", "TPA", "disk", kind=_WHOLE, vorbis="DISCTOTAL", ape="Disc", asf="WM/PartOfSet", ffmpeg="disc"),
    row("discsubtitle", "TSST", v23="TXXX:DISCSUBTITLE", asf="WM/SetSubTitle"),
    row("date", "TDRC", "TYE", "©day", kind=_DATE, v23="TYER", ape="Year", riff="ICRD", asf="WM/Year"),
    row("originaldate", "TDOR", "TOR", kind=_DATE, v23="TORY", asf="WM/OriginalReleaseTime"),
    row("originalyear", kind=_DATE, asf="WM/OriginalReleaseYear"),
    row("releasedate", "TDRL", kind=_DATE, v23="TXXX:RELEASEDATE"),
    row("genre", "TCON", "TCO", "©gen", many=True, riff="IGNR", asf="WM/Genre"),
    row("grouping", "TIT1", "TT1", "©grp", asf="WM/ContentGroupDescription"),
    row("mood", "TMOO", v23="TXXX:MOOD", many=True, asf="WM/Mood"),
    row("comment", "COMM", "COM", "©cmt", many=True, riff="ICMT", asf="Description"),
    row("description", mp4="desc"),
    row("lyrics", "USLT", "ULT", "©lyr", many=True, asf="WM/Lyrics"),
    row("syncedlyrics", "SYLT", "SLT", many=True, asf="WM/Lyrics_Synchronised"),
    row("compilation", "TCMP", "TCP", "cpil", kind=_FLAG, asf="WM/IsCompilation"),
    row("gapless", "", mp4="pgap", kind=_FLAG, vorbis="", ape="", ffmpeg="gapless_playback"),
    row("bpm", "TBPM", "TBP", "tmpo", kind=_WHOLE, asf="WM/BeatsPerMinute"),
    row("key", "TKEY", "TKE", "----:com.apple.iTunes:initialkey", asf="WM/InitialKey"),
    row("language", "TLAN", "TLA", many=True, riff="ILNG", asf="WM/Language"),
    row("script", asf="WM/Script"),
    row("media", "TMED", "TMT", riff="IMED", asf="WM/Media"),
    row("rating", "POPM", "POP", "", many=True, ape="", asf="WM/SharedUserRating"),
    # People.
    row("composer", "TCOM", "TCM", "©wrt", many=True, riff="IMUS", asf="WM/Composer"),
    row("lyricist", "TEXT", "TXT", many=True, asf="WM/Writer"),
    row("writer", "TXXX:Writer", many=True, riff="IWRI"),
    row("conductor", "TPE3", "TP3", many=True, asf="WM/Conductor"),
    row("remixer", "TPE4", "TP4", many=True, ape="MixArtist", asf="WM/ModifiedBy"),
    row("arranger", "TIPL:arranger", "IPL:arranger", v23="IPLS:arranger", many=True, kind=_ROLE),
    row("engineer", "TIPL:engineer", "IPL:engineer", v23="IPLS:engineer", many=True, kind=_ROLE, riff="IENG", asf="WM/Engineer"),
    row("producer", "TIPL:producer", "IPL:producer", v23="IPLS:producer", many=True, kind=_ROLE, riff="IPRO", asf="WM/Producer"),
    row("mixer", "TIPL:mix", "IPL:mix", v23="IPLS:mix", many=True, kind=_ROLE, asf="WM/Mixer"),
    row("djmixer", "TIPL:DJ-mix", "IPL:DJ-mix", v23="IPLS:DJ-mix", many=True, kind=_ROLE, asf="WM/DJMixer"),
    row("performer", "TMCL", "IPL", v23="IPLS", many=True, kind=_ROLE),
    row("director", mp4="©dir", many=True, asf="WM/Director"),
    row("originalartist", "TOPE", "TOA", many=True, ape="Original Artist", asf="WM/OriginalArtist"),
    row("originalalbum", "TOAL", "TOT", asf="WM/OriginalAlbumTitle"),
    row("originallyricist", "TOLY", "TOL", many=True),
    row("originalfilename", "TOFN", "TOF", asf="WM/OriginalFilename"),
    # Sort names.
    row("titlesort", "TSOT", "TST", "sonm", asf="WM/TitleSortOrder", ffmpeg="title-sort"),
    row("artistsort", "TSOP", "TSP", "soar", many=True, asf="WM/ArtistSortOrder", ffmpeg="artist-sort"),
    row("albumsort", "TSOA", "TSA", "soal", asf="WM/AlbumSortOrder", ffmpeg="album-sort"),
    row("albumartistsort", "TSO2", "TS2", "soaa", many=True, asf="WM/AlbumArtistSortOrder"),
    row("composersort", "TSOC", "TSC", "soco", many=True, asf="WM/ComposerSortOrder"),
    row("showsort", mp4="sosn"),
    # Classical music.
    row("work", mp4="©wrk", asf="WM/Work"),
    row("movement", "MVNM", "MVN", "©mvn", vorbis="MOVEMENTNAME"),
    row("movementnumber", "MVIN", "MVI", "©mvi", kind=_WHOLE, vorbis="MOVEMENT"),
    row("movementtotal", "MVIN", "MVI", "©mvc", kind=_WHOLE),
    row("showmovement", mp4="shwm", kind=_FLAG),
    # Releases.
    row("label", "TPUB", "TPB", many=True, asf="WM/Publisher", ffmpeg="publisher"),
    row("catalognumber", many=True, asf="WM/CatalogNo"),
    row("barcode", asf="WM/Barcode"),
    row("asin", asf="ASIN"),
    row("isrc", "TSRC", "TRC", many=True, asf="WM/ISRC"),
    row("releasecountry", f"TXXX:{_MB} Album Release Country", riff="ICNT", asf=f"{_MB}/Album Release Country"),
    row("releasestatus", f"TXXX:{_MB} Album Status", ape="MUSICBRAINZ_ALBUMSTATUS", asf=f"{_MB}/Album Status"),
    row("releasetype", f"TXXX:{_MB} Album Type", many=True, ape="MUSICBRAINZ_ALBUMTYPE", asf=f"{_MB}/Album Type"),
    row("copyright", "TCOP", "TCR", "cprt", riff="ICOP", asf="Copyright"),
    row("license", many=True, asf="LICENSE"),
    row("encodedby", "TENC", "TEN", "©enc", many=True, riff="IENC", asf="WM/EncodedBy", ffmpeg="encoded_by"),
    row("encodersettings", "TSSE", "TSS", "©too", riff="ISFT", asf="WM/EncodingSettings", ffmpeg="encoder"),
    # Addresses.
    row("website", "WOAR", "WAR", many=True, ape="Weblink", asf="WM/AuthorURL"),
    row("audiofilewebpage", "WOAF", "WAF"),
    row("audiosourcewebpage", "WOAS", "WAS"),
    row("radiostationwebpage", "WORS"),
    row("paymentwebpage", "WPAY"),
    row("publisherwebpage", "WPUB", "WPB"),
    row("commercialwebpage", "WCOM", "WCM", many=True),
    row("copyrightwebpage", "WCOP", "WCP"),
    row("url", "WXXX", "WXX", many=True),
    # Shows and podcasts.
    row("show", mp4="tvsh"),
    row("podcast", "PCST", "PCS", "pcst", kind=_FLAG),
    row("podcasturl", "WFED", "WFD", "purl"),
    row("podcastid", "TGID", "TID", "egid"),
    row("podcastcategory", "TCAT", "TCT", "catg", many=True),
    row("podcastkeywords", "TKWD", "TKW", "keyw", many=True),
    row("podcastdesc", "TDES", "TDS", "ldes"),
    # Identifiers.
    row("acoustid_id", "TXXX:Acoustid Id", asf="Acoustid/Id"),
    row("acoustid_fingerprint", "TXXX:Acoustid Fingerprint", asf="Acoustid/Fingerprint"),
    row("musicbrainz_recordingid", "UFID:http://musicbrainz.org", "UFI:http://musicbrainz.org", f"----:com.apple.iTunes:{_MB} Track Id", vorbis="MUSICBRAINZ_TRACKID", asf=f"{_MB}/Track Id"),
    row("musicbrainz_trackid", f"TXXX:{_MB} Release Track Id", vorbis="MUSICBRAINZ_RELEASETRACKID", asf=f"{_MB}/Release Track Id"),
    row("musicbrainz_albumid", f"TXXX:{_MB} Album Id", asf=f"{_MB}/Album Id"),
    row("musicbrainz_artistid", f"TXXX:{_MB} Artist Id", many=True, asf=f"{_MB}/Artist Id"),
    row("musicbrainz_albumartistid", f"TXXX:{_MB} Album Artist Id", many=True, asf=f"{_MB}/Album Artist Id"),
    row("musicbrainz_releasegroupid", f"TXXX:{_MB} Release Group Id", asf=f"{_MB}/Release Group Id"),
    row("musicbrainz_workid", f"TXXX:{_MB} Work Id", many=True, asf=f"{_MB}/Work Id"),
    row("musicbrainz_discid", f"TXXX:{_MB} Disc Id", asf=f"{_MB}/Disc Id"),
    row("musicbrainz_composerid", f"TXXX:{_MB} Composer Id", many=True, asf=f"{_MB}/Composer Id"),
    row("musicbrainz_originalalbumid", f"TXXX:{_MB} Original Album Id", asf=f"{_MB}/Original Album Id"),
    row("musicbrainz_originalartistid", f"TXXX:{_MB} Original Artist Id", many=True, asf=f"{_MB}/Original Artist Id"),
    row("musicbrainz_trmid", f"TXXX:{_MB} TRM Id", asf=f"{_MB}/TRM Id"),
    row("musicip_puid", "TXXX:MusicIP PUID", asf="MusicIP/PUID"),
    row("musicip_fingerprint", "TXXX:MusicMagic Fingerprint", mp4="----:com.apple.iTunes:fingerprint", vorbis="FINGERPRINT"),
    row("itunes_cddb_1", "COMM:iTunes_CDDB_1", "COM:iTunes_CDDB_1", "----:com.apple.iTunes:iTunes_CDDB_1"),
    # Loudness.
    row("replaygain_track_gain", kind=_GAIN, asf="REPLAYGAIN_TRACK_GAIN"),
    row("replaygain_track_peak", kind=_GAIN, asf="REPLAYGAIN_TRACK_PEAK"),
    row("replaygain_track_range", kind=_GAIN, asf="REPLAYGAIN_TRACK_RANGE"),
    row("replaygain_album_gain", kind=_GAIN, asf="REPLAYGAIN_ALBUM_GAIN"),
    row("replaygain_album_peak", kind=_GAIN, asf="REPLAYGAIN_ALBUM_PEAK"),
    row("replaygain_album_range", kind=_GAIN, asf="REPLAYGAIN_ALBUM_RANGE"),
    row("replaygain_reference_loudness", kind=_GAIN, asf="REPLAYGAIN_REFERENCE_LOUDNESS"),
    row("r128_track_gain", kind=_GAIN),
    row("r128_album_gain", kind=_GAIN),
    # Broadcasts (EBU Tech 3285).
    row("bext_description", riff="bext:description"),
    row("originator", riff="bext:originator"),
    row("originator_reference", riff="bext:originator_reference"),
    row("origination_date", riff="bext:origination_date"),
    row("origination_time", riff="bext:origination_time"),
    row("time_reference", kind=_WHOLE, riff="bext:time_reference"),
    row("umid", riff="bext:umid"),
    row("coding_history", riff="bext:coding_history"),
)  # fmt: skip

# By name, in the order of the table.
FIELDS = {field.name: field for field in _TABLE}
