"""The catalogue of notes: what a conversion could not keep as it was, though the task is PROCESSED.

    Finding
    ├── of the source    TrackChosen · GapsFilled · OverlapsTrimmed · DamagedPackets · ChecksumWrong
    │                    CompletenessUnknown · LengthCorrected
    └── of one output    SourceClips · PeaksLimited · LoudnessMissed
                         CoverDropped · CoverReduced · ChaptersDropped · TagsDropped

What the client asked for is never a note: a part of the audio, another rate, no tags. A task that is
PROCESSED without notes has all of its source in each of its outputs.

A finding has figures with their units. `Note.of` makes what is stored and shown of it. A code, its figures
and their units never change once published.
"""
