"""Texts that refer to other files, in every dialect that any ffmpeg understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_HLS = "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:9\n#EXT-X-MEDIA-SEQUENCE:0\n"
_END = "#EXT-X-ENDLIST\n"
_MPD = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
    'mediaPresentationDuration="PT9S"><Period><AdaptationSet mimeType="audio/wav"><Representation id="0" '
    'bandwidth="1000"><BaseURL>{0}</BaseURL></Representation></AdaptationSet></Period></MPD>'
)

# Each makes the text from the address of something that must not be opened.
PLAYLISTS: dict[str, Callable[[str], str]] = {
    "HLS segment": lambda url: f"{_HLS}#EXTINF:9,\n{url}\n{_END}",
    "HLS variant": lambda url: f"#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n{url}\n",
    "HLS key": lambda url: f'{_HLS}#EXT-X-KEY:METHOD=AES-128,URI="{url}"\n#EXTINF:9,\n{url}\n{_END}',
    "HLS map": lambda url: f'{_HLS}#EXT-X-MAP:URI="{url}"\n#EXTINF:9,\n{url}\n{_END}',
    "HLS of a concat": lambda url: f"{_HLS}#EXTINF:9,\nconcat:{url}|{url}\n{_END}",
    "HLS of a subfile": lambda url: f"{_HLS}#EXTINF:9,\nsubfile,,start,0,end,9000,,:{url}\n{_END}",
    "HLS of crypto": lambda url: f"{_HLS}#EXTINF:9,\ncrypto+{url}\n{_END}",
    "HLS behind an ID3 tag": lambda url: f"ID3\3\0\0\0\0\0\0{_HLS}#EXTINF:9,\n{url}\n{_END}",
    "HLS behind a picture": lambda url: f"\x89PNG\r\n\x1a\n\n{_HLS}#EXTINF:9,\n{url}\n{_END}",
    "HLS with a byte order mark": lambda url: f"\ufeff{_HLS}#EXTINF:9,\n{url}\n{_END}",
    "DASH": _MPD.format,
    "ffconcat": lambda url: f"ffconcat version 1.0\nfile '{url}'\n",
    "ffconcat, unsafe": lambda url: f"ffconcat version 1.0\noption safe 0\nfile {url}\nduration 9\n",
    "M3U": lambda url: f"#EXTM3U\n#EXTINF:9,song\n{url}\n",
    "PLS": lambda url: f"[playlist]\nNumberOfEntries=1\nFile1={url}\nLength1=9\nVersion=2\n",
    "ASX": lambda url: f'<asx version="3.0"><entry><ref href="{url}"/></entry></asx>',
    "ASF redirector": lambda url: f"[Reference]\r\nRef1={url}\r\n",
    "RTSP text": lambda url: f"RTSPtext\r\n{url}\r\n",
    "RealMedia": lambda url: f"{url}\n",
    "XSPF": lambda url: f"<?xml?><playlist><trackList><track><location>{url}</location>",
    "SMIL": lambda url: f'<smil><body><audio src="{url}"/></body></smil>',
    "QuickTime link": lambda url: (
        f'<?quicktime type="application/x-quicktime-media-link"?><embed src="{url}"/>'
    ),
    "SDP": lambda url: f"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns={url}\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n",
    "ffmetadata": lambda url: f";FFMETADATA1\ntitle={url}\n",
    "the address alone": lambda url: url,
    "VobSub index": lambda url: f"# VobSub index file, v7\nid: en, index: 0\n{url}\n",
    "AviSynth": lambda url: f'DirectShowSource("{url}")\n',
    "image sequence": lambda url: f"{url}-%03d.wav",
    "filter graph": lambda url: f"amovie={url}[out0]",
}
