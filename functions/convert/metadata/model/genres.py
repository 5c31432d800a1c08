"""Genres by the numbers of ID3v1 and of Winamp's additions, in ffmpeg's spelling but for one slur."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAMES = """
    Blues | Classic Rock | Country | Dance | Disco | Funk | Grunge | Hip-Hop | Jazz | Metal | New Age |
    Oldies | Other | Pop | R&B | Rap | Reggae | Rock | Techno | Industrial | Alternative | Ska | Death Metal
    | Pranks | Soundtrack | Euro-Techno | Ambient | Trip-Hop | Vocal | Jazz+Funk | Fusion | Trance |
    Classical | Instrumental | Acid | House | Game | Sound Clip | Gospel | Noise | AlternRock | Bass | Soul
    | Punk | Space | Meditative | Instrumental Pop | Instrumental Rock | Ethnic | Gothic | Darkwave |
    Techno-Industrial | Electronic | Pop-Folk | Eurodance | Dream | Southern Rock | Comedy | Cult | Gangsta
    | Top 40 | Christian Rap | Pop/Funk | Jungle | Native American | Cabaret | New Wave | Psychedelic | Rave
    | Showtunes | Trailer | Lo-Fi | Tribal | Acid Punk | Acid Jazz | Polka | Retro | Musical | Rock & Roll |
    Hard Rock | Folk | Folk-Rock | National Folk | Swing | Fast Fusion | Bebop | Latin | Revival | Celtic |
    Bluegrass | Avantgarde | Gothic Rock | Progressive Rock | Psychedelic Rock | Symphonic Rock | Slow Rock
    | Big Band | Chorus | Easy Listening | Acoustic | Humour | Speech | Chanson | Opera | Chamber Music |
    Sonata | Symphony | Booty Bass | Primus | Porn Groove | Satire | Slow Jam | Club | Tango | Samba |
    Folklore | Ballad | Power Ballad | Rhythmic Soul | Freestyle | Duet | Punk Rock | Drum Solo | A Cappella
    | Euro-House | Dance Hall | Goa | Drum & Bass | Club-House | Hardcore Techno | Terror | Indie | BritPop
    | Afro-Punk | Polsk Punk | Beat | Christian Gangsta Rap | Heavy Metal | Black Metal | Crossover |
    Contemporary Christian | Christian Rock | Merengue | Salsa | Thrash Metal | Anime | Jpop | Synthpop |
    Abstract | Art Rock | Baroque | Bhangra | Big Beat | Breakbeat | Chillout | Downtempo | Dub | EBM |
    Eclectic | Electro | Electroclash | Emo | Experimental | Garage | Global | IDM | Illbient |
    Industro-Goth | Jam Band | Krautrock | Leftfield | Lounge | Math Rock | New Romantic | Nu-Breakz |
    Post-Punk | Post-Rock | Psytrance | Shoegaze | Space Rock | Trop Rock | World Music | Neoclassical |
    Audiobook | Audio Theatre | Neue Deutsche Welle | Podcast | Indie Rock | G-Funk | Dubstep | Garage Rock
    | Psybient
"""
GENRES = tuple(" ".join(_NAMES.split()).split(" | "))
# The name of an entry whose text has references.
GENRE = "TCON"
_SPECIAL = {"RX": "Remix", "CR": "Cover"}
# A reference of ID3v2.3: a number, or one of two abbreviations, in parentheses.
_REFERENCE = re.compile(r"\((\d{1,3}|RX|CR)\)")


def genre_of(number: int) -> str:
    """Return the name of a number; empty if it has none."""
    return GENRES[number] if 0 <= number < len(GENRES) else ""


def genres(text: str) -> Iterator[str]:
    """Yield the genres of a text of ID3v2: `(51)(39)Eurodisco`, `51`, `RX`, or a name.

    What follows a reference is a further genre, or its refinement, unless it is the same name. Two opening
    parentheses are one of the name. A number without a name is none.
    """
    named = set()
    while found := _REFERENCE.match(text):
        if (name := _named(found[1])) != found[1]:
            named.add(name)
            yield name
        text = text[found.end() :]
    rest = _named(text[1:] if text.startswith("((") else text)
    if rest and rest not in named:
        yield rest


def _named(text: str) -> str:
    stripped = text.strip()
    if stripped in _SPECIAL:
        return _SPECIAL[stripped]
    return (genre_of(int(stripped)) or text) if re.fullmatch(r"[0-9]{1,3}", stripped) else text
