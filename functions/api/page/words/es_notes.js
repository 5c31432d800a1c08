/** Notes on conversions in Spanish, by code; a key that ends in `.one` is the form for one. */

export const spanishNotes = {
  "note.many": "{count} notas sobre esta conversión",
  "note.track_chosen": "El original tiene {tracks} pistas de audio; se convirtió la pista {track}.",
  "note.text_encoding_guessed":
    "La codificación de estas etiquetas no se indica o es errónea; se supuso {encoding}: {tags}.",
  "note.gaps_filled": "{places} huecos del original son ahora silencio, {filledS} s en total.",
  "note.gaps_filled.one": "Un hueco del original es ahora silencio, {filledS} s.",
  "note.overlaps_trimmed": "{places} solapamientos del original quedaron fuera, {trimmedS} s en total.",
  "note.overlaps_trimmed.one": "Un solapamiento del original quedó fuera, {trimmedS} s.",
  "note.damaged_packets":
    "{packets} fragmentos dañados del original no se pudieron descodificar y quedaron fuera.",
  "note.damaged_packets.one": "Un fragmento dañado del original no se pudo descodificar y quedó fuera.",
  "note.checksum_wrong":
    "El original no coincide con la suma de control de su archivo: cambió después de codificarse.",
  "note.completeness_unknown": "El original no indica su duración. Si estaba cortado, no se puede saber.",
  "note.length_corrected": "El original indica {statedS}, pero dura {foundS}. Se convirtió entero.",
  "note.source_clips": "El audio llega a {peakDbfs} dBFS. Lo que supera 0 dBFS queda recortado.",
  "note.peaks_limited":
    "Al mezclarlo, el audio llegaría a {truePeakDbtp} dBTP. Sus picos se limitaron a {ceilingDbtp} dBTP.",
  "note.loudness_missed":
    "La sonoridad es de {integratedLufs} LUFS y se pidieron {targetLufs} LUFS; los picos llegan a {truePeakDbtp} dBTP.",
  "note.loudness_missed.silent": "El audio es demasiado débil para llevarlo a {targetLufs} LUFS.",
  "note.cover_dropped.format": "Sin imágenes: este formato no las guarda.",
  "note.cover_dropped.kind": "Se omitió una imagen: no se puede leer.",
  "note.cover_dropped.size": "Se omitieron imágenes: juntas ocupan más de 8 MiB.",
  "note.cover_reduced": "Se redujeron {pictures} imágenes para no pasar de 8 MiB.",
  "note.cover_reduced.one": "Se redujo una imagen para no pasar de 8 MiB.",
  "note.chapters_dropped": "Sin {chapters} capítulos: este formato no los guarda.",
  "note.chapters_dropped.one": "Sin un capítulo: este formato no lo guarda.",
  "note.tags_dropped": "Sin estas etiquetas: {tags}.",
  "verdict.met": "Cumple {spec}.",
  "verdict.missed": "No cumple {spec}: {items}.",
  "verdict.loudness": "sonoridad",
  "verdict.truePeak": "pico real",
  "verdict.shortTermLoudness": "los 3 s más fuertes",
  "verdict.rms": "nivel RMS",
  "verdict.noiseFloor": "ruido de fondo",
  "verdict.format": "formato",
  "verdict.channels": "canales",
  "verdict.sampleRate": "frecuencia de muestreo",
  "verdict.bitRate": "tasa de bits",
  "verdict.bitRateMode": "modo de tasa de bits",
};
