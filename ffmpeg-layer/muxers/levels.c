/* Writes, in place of 16-bit samples, what meters need of them: of each piece of the audio its length, its lowest and
   highest sample, and its energy. A piece ends with each point of the waveform and with each half second.

   A record has 16 bytes, in the byte order of the machine: frames (32 bits), the lowest and the highest sample of all
   channels (16 bits each), and the sum of the squares of all samples (64 bits). */
#include "libavutil/opt.h"
#include "avformat.h"
#if LIBAVFORMAT_VERSION_MAJOR >= 60
#include "mux.h"
#endif

typedef struct Levels {
    const AVClass *class;
    int per_point;                    /* frames */
    int channels, per_half_second;
    int64_t frames;                   /* so far */
    uint32_t piece;                   /* frames of it so far */
    int16_t low, high;
    uint64_t energy;
} Levels;

static int write_header(AVFormatContext *s)
{
    Levels *l = s->priv_data;
    const AVCodecParameters *par = s->streams[0]->codecpar;
    if (s->nb_streams != 1 || par->codec_id != AV_CODEC_ID_PCM_S16LE)
        return AVERROR(EINVAL);
    l->channels = par->ch_layout.nb_channels;
    l->per_half_second = FFMAX(1, par->sample_rate / 2);
    return 0;
}

static void write_piece(AVFormatContext *s)
{
    Levels *l = s->priv_data;
    avio_write(s->pb, (const unsigned char *)&l->piece, sizeof(l->piece));
    avio_write(s->pb, (const unsigned char *)&l->low, sizeof(l->low));
    avio_write(s->pb, (const unsigned char *)&l->high, sizeof(l->high));
    avio_write(s->pb, (const unsigned char *)&l->energy, sizeof(l->energy));
    l->piece = l->energy = 0;
}

static void measure(Levels *l, const int16_t *samples, int64_t count)
{
    int16_t low = l->piece ? l->low : INT16_MAX, high = l->piece ? l->high : INT16_MIN;
    uint64_t energy = 0;
    for (int64_t i = 0; i < count; i++) {
        low = FFMIN(low, samples[i]);
        high = FFMAX(high, samples[i]);
    }
    for (int64_t i = 0; i < count; i++)
        energy += (uint32_t)(samples[i] * samples[i]);
    l->low = low;
    l->high = high;
    l->energy += energy;
}

static int write_packet(AVFormatContext *s, AVPacket *packet)
{
    Levels *l = s->priv_data;
    const int16_t *samples = (const int16_t *)packet->data;
    int64_t left = packet->size / sizeof(*samples) / l->channels;
    while (left) {
        const int64_t until_point = l->per_point - l->frames % l->per_point;
        const int64_t until_half = l->per_half_second - l->frames % l->per_half_second;
        const int64_t until = FFMIN(until_point, until_half), now = FFMIN(left, until);
        measure(l, samples, now * l->channels);
        samples += now * l->channels;
        l->piece += now;
        l->frames += now;
        left -= now;
        if (now == until)
            write_piece(s);
    }
    return 0;
}

static int write_trailer(AVFormatContext *s)
{
    if (((Levels *)s->priv_data)->piece)
        write_piece(s);
    return 0;
}

static const AVOption options[] = {
    { "frames_per_point", "frames of a point of the waveform", offsetof(Levels, per_point), AV_OPT_TYPE_INT,
      { .i64 = 220 }, 1, INT_MAX, AV_OPT_FLAG_ENCODING_PARAM },
    { NULL }
};

static const AVClass levels_class = {
    .class_name = "levels",
    .item_name = av_default_item_name,
    .option = options,
    .version = LIBAVUTIL_VERSION_INT,
};

#define DESCRIPTION "extremes and energy of 16-bit samples"
#if LIBAVFORMAT_VERSION_MAJOR >= 60
const FFOutputFormat ff_levels_muxer = {
    .p.name = "levels",
    .p.long_name = NULL_IF_CONFIG_SMALL(DESCRIPTION),
    .p.audio_codec = AV_CODEC_ID_PCM_S16LE,
    .p.video_codec = AV_CODEC_ID_NONE,
    .p.flags = AVFMT_NOTIMESTAMPS,
    .p.priv_class = &levels_class,
#else
const AVOutputFormat ff_levels_muxer = {
    .name = "levels",
    .long_name = NULL_IF_CONFIG_SMALL(DESCRIPTION),
    .audio_codec = AV_CODEC_ID_PCM_S16LE,
    .video_codec = AV_CODEC_ID_NONE,
    .flags = AVFMT_NOTIMESTAMPS,
    .priv_class = &levels_class,
#endif
    .priv_data_size = sizeof(Levels),
    .write_header = write_header,
    .write_packet = write_packet,
    .write_trailer = write_trailer,
};
