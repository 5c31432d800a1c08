"""Languages by their codes in ISO 639: two letters, or three in either of the two forms of ISO 639-2."""

from __future__ import annotations

# Two letters and three; where a bibliographic code differs from the terminological one, both.
_CODES = """
    aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul
    bh:bih bi:bis bm:bam bn:ben bo:bod:tib br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:ces:cze cu:chu
    cv:chv cy:cym:wel da:dan de:deu:ger dv:div dz:dzo ee:ewe el:ell:gre en:eng eo:epo es:spa et:est eu:eus:baq
    fa:fas:per ff:ful fi:fin fj:fij fo:fao fr:fra:fre fy:fry ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau
    he:heb hi:hin ho:hmo hr:hrv ht:hat hu:hun hy:hye:arm hz:her ia:ina id:ind ie:ile ig:ibo ii:iii ik:ipk
    io:ido is:isl:ice it:ita iu:iku ja:jpn jv:jav ka:kat:geo kg:kon ki:kik kj:kua kk:kaz kl:kal km:khm kn:kan
    ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao lt:lit lu:lub
    lv:lav mg:mlg mh:mah mi:mri:mao mk:mkd:mac ml:mal mn:mon mr:mar ms:msa:may mt:mlt my:mya:bur na:nau nb:nob
    nd:nde ne:nep ng:ndo nl:nld:dut nn:nno no:nor nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss
    pa:pan pi:pli pl:pol ps:pus pt:por qu:que rm:roh rn:run ro:ron:rum ru:rus rw:kin sa:san sc:srd sd:snd
    se:sme sg:sag si:sin sk:slk:slo sl:slv sm:smo sn:sna so:som sq:sqi:alb sr:srp ss:ssw st:sot su:sun sv:swe
    sw:swa ta:tam te:tel tg:tgk th:tha ti:tir tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi ty:tah
    ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol wa:wln wo:wol xh:xho yi:yid yo:yor za:zha zh:zho:chi
    zu:zul
"""
_BY_CODE = {code: codes[1] for codes in (entry.split(":") for entry in _CODES.split()) for code in codes}
# Languages that are often tagged by the larger one that ISO 639-3 counts them to.
_WITHIN = {"nob": "nor", "nno": "nor", "cmn": "zho", "yue": "zho"}


def same_language(one: str, other: str) -> bool:
    """Return whether two codes mean one language, or one of them what the other belongs to.

    A region, as in `pt-BR`, makes no difference.
    """
    codes = {_canonical(one), _canonical(other)}
    larger = {_WITHIN.get(code, code) for code in codes}
    # Two within the same larger one are two languages.
    return "" not in codes and len(larger) == 1 and (len(codes) == 1 or larger < codes)


def _canonical(tag: str) -> str:
    """Return the three letters of ISO 639-2/T, or what is there instead, in lower case."""
    code = tag.replace("_", "-").partition("-")[0].lower()
    return _BY_CODE.get(code, code)
