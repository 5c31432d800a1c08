/** Notes on conversions in English, by code; a key that ends in `.one` is the form for one. */

export const englishNotes = {
  "note.many": "{count} notes on this conversion",
  "note.track_chosen": "The original has {tracks} audio tracks; track {track} was converted.",
  "note.text_encoding_guessed":
    "The encoding of these tags is not stated, or wrong; {encoding} was assumed: {tags}.",
  "note.gaps_filled": "{places} gaps in the original became silence, {filledS} s in all.",
  "note.gaps_filled.one": "A gap in the original became silence, {filledS} s.",
  "note.overlaps_trimmed": "{places} overlaps in the original were left out, {trimmedS} s in all.",
  "note.overlaps_trimmed.one": "An overlap in the original was left out, {trimmedS} s.",
  "note.damaged_packets": "{packets} damaged pieces of the original could not be decoded and were left out.",
  "note.damaged_packets.one": "A damaged piece of the original could not be decoded and was left out.",
  "note.checksum_wrong":
    "The original differs from the checksum in its file: it was changed after it was encoded.",
  "note.completeness_unknown":
    "The original does not state its length. If it was cut off, that cannot be seen.",
  "note.length_corrected": "The original states {statedS}, but lasts {foundS}. All of it was converted.",
  "note.source_clips": "The audio peaks at {peakDbfs} dBFS. What exceeds 0 dBFS is cut off.",
  "note.peaks_limited":
    "Mixed, the audio would peak at {truePeakDbtp} dBTP. Its peaks were limited to {ceilingDbtp} dBTP.",
  "note.loudness_missed":
    "The loudness is {integratedLufs} LUFS, {targetLufs} LUFS was requested; peaks reach {truePeakDbtp} dBTP.",
  "note.loudness_missed.silent": "The audio is too quiet to be brought to {targetLufs} LUFS.",
  "note.cover_dropped.format": "Without pictures: this format holds none.",
  "note.cover_dropped.kind": "A picture was left out: it cannot be read.",
  "note.cover_dropped.size": "Pictures were left out: together they are larger than 8 MiB.",
  "note.cover_reduced": "{pictures} pictures were made smaller, to fit 8 MiB.",
  "note.cover_reduced.one": "A picture was made smaller, to fit 8 MiB.",
  "note.chapters_dropped": "Without {chapters} chapters: this format does not hold them.",
  "note.chapters_dropped.one": "Without one chapter: this format does not hold it.",
  "note.tags_dropped": "Without these tags: {tags}.",
  "verdict.met": "Meets {spec}.",
  "verdict.missed": "{spec} is not met: {items}.",
  "verdict.loudness": "loudness",
  "verdict.truePeak": "true peak",
  "verdict.shortTermLoudness": "loudest 3 s",
  "verdict.rms": "RMS level",
  "verdict.noiseFloor": "noise floor",
  "verdict.format": "format",
  "verdict.channels": "channels",
  "verdict.sampleRate": "sample rate",
  "verdict.bitRate": "bit rate",
  "verdict.bitRateMode": "bit rate mode",
};
