/* Measures what loudness (ITU-R BS.1770) and true peaks are computed from, and passes the audio on.

   For each 10 ms, a file gets two floats of the machine: the highest true peak, and the mean energy behind the
   K-weighting, added up over the channels by their weights. */
#include "libavutil/channel_layout.h"
#include "libavutil/opt.h"
#include "libavformat/avio.h"
#include "audio.h"
#include "avfilter.h"
#include "internal.h"
#include "truepeak.h"

#define WINDOWS_PER_S 100

typedef struct Biquad {
    double b0, b1, b2, a1, a2;
} Biquad;

typedef struct LoudWindows {
    const AVClass *class;
    char *path;
    AVIOContext *file;
    TruePeak tp;
    float (*history)[TP_TAPS - 1];
    double (*states)[4], *weights;
    Biquad shelf, pass;
    float *peaks, highest, peak;    /* of all, of this window */
    double energy;
    int channels, capacity, rate, samples;    /* samples of this window */
    int64_t windows;
} LoudWindows;

/* The two filters of the K-weighting at any rate, by the analogue ones behind the recommendation's coefficients. */
static void weighting(LoudWindows *s, double rate)
{
    const double gain = pow(10, 3.999843853973347 / 20), root = pow(gain, 0.4996667741545416);
    double k = tan(M_PI * 1681.974450955533 / rate), q = 0.7071752369554196, a0 = 1 + k / q + k * k;
    s->shelf = (Biquad){ (gain + root * k / q + k * k) / a0, 2 * (k * k - gain) / a0,
                         (gain - root * k / q + k * k) / a0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0 };
    k = tan(M_PI * 38.13547087602444 / rate), q = 0.5003270373238773, a0 = 1 + k / q + k * k;
    s->pass = (Biquad){ 1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0 };
}

static double weight_of(const AVChannelLayout *layout, int channel)
{
    switch (av_channel_layout_channel_from_index(layout, channel)) {
    case AV_CHAN_LOW_FREQUENCY:
    case AV_CHAN_LOW_FREQUENCY_2:
        return 0;
    case AV_CHAN_BACK_LEFT:
    case AV_CHAN_BACK_RIGHT:
    case AV_CHAN_BACK_CENTER:
    case AV_CHAN_SIDE_LEFT:
    case AV_CHAN_SIDE_RIGHT:
        return 1.41;
    default:
        return 1;
    }
}

static int config_input(AVFilterLink *link)
{
    LoudWindows *s = link->dst->priv;
    s->channels = link->ch_layout.nb_channels;
    s->rate = link->sample_rate;
    s->history = av_calloc(s->channels, sizeof(*s->history));
    s->states = av_calloc(s->channels, sizeof(*s->states));
    s->weights = av_calloc(s->channels, sizeof(*s->weights));
    if (!s->history || !s->states || !s->weights)
        return AVERROR(ENOMEM);
    for (int c = 0; c < s->channels; c++)
        s->weights[c] = weight_of(&link->ch_layout, c);
    weighting(s, s->rate);
    tp_init(&s->tp);
    return avio_open(&s->file, s->path, AVIO_FLAG_WRITE);
}

static double energy_of(LoudWindows *s, double *state, const float *samples, int count)
{
    const Biquad x = s->shelf, y = s->pass;
    double energy = 0, s0 = state[0], s1 = state[1], s2 = state[2], s3 = state[3];
    for (int i = 0; i < count; i++) {
        const double in = samples[i], mid = x.b0 * in + s0, out = mid + s2;
        s0 = x.b1 * in - x.a1 * mid + s1;
        s1 = x.b2 * in - x.a2 * mid;
        s2 = -2 * mid - y.a1 * out + s3;
        s3 = mid - y.a2 * out;
        energy += out * out;
    }
    /* Denormal numbers are slow. */
    state[0] = fabs(s0) < 1e-15 ? 0 : s0;
    state[1] = fabs(s1) < 1e-15 ? 0 : s1;
    state[2] = fabs(s2) < 1e-15 ? 0 : s2;
    state[3] = fabs(s3) < 1e-15 ? 0 : s3;
    return energy;
}

static void write_window(LoudWindows *s)
{
    const float record[2] = { s->peak, s->energy / s->samples };
    avio_write(s->file, (const unsigned char *)record, sizeof(record));
    s->highest = FFMAX(s->highest, s->peak);
    s->peak = s->energy = s->samples = 0;
    s->windows++;
}

static int filter_frame(AVFilterLink *link, AVFrame *frame)
{
    LoudWindows *s = link->dst->priv;
    const int count = frame->nb_samples;
    int error = 0;
    if (count > s->capacity) {
        av_freep(&s->peaks);
        s->capacity = count;
        if (!(s->peaks = av_malloc_array(count, sizeof(*s->peaks))))
            error = AVERROR(ENOMEM);
    }
    if (!error)
        memset(s->peaks, 0, count * sizeof(*s->peaks));
    for (int c = 0; !error && c < s->channels; c++)
        error = tp_peaks(&s->tp, s->history[c], (float *)frame->extended_data[c], count, s->peaks,
                         FFMAX(s->highest, s->peak));
    if (error) {
        av_frame_free(&frame);
        return error;
    }
    for (int begin = 0, length; begin < count; begin += length) {
        const int64_t until = (s->windows + 1) * s->rate / WINDOWS_PER_S - s->windows * s->rate / WINDOWS_PER_S;
        length = FFMIN(count - begin, until - s->samples);
        s->peak = FFMAX(s->peak, tp_highest(s->peaks + begin, length));
        for (int c = 0; c < s->channels; c++)
            if (s->weights[c])
                s->energy += s->weights[c] *
                    energy_of(s, s->states[c], (float *)frame->extended_data[c] + begin, length);
        s->samples += length;
        if (s->samples == until)
            write_window(s);
    }
    return ff_filter_frame(link->dst->outputs[0], frame);
}

static void uninit(AVFilterContext *ctx)
{
    LoudWindows *s = ctx->priv;
    if (s->file && s->history) {
        const float silence[TP_TAPS] = { 0 };
        float peaks[TP_TAPS] = { 0 };
        for (int c = 0; c < s->channels; c++)
            if (tp_peaks(&s->tp, s->history[c], silence, TP_TAPS, peaks, 0) < 0)
                break;
        s->peak = FFMAX(s->peak, tp_highest(peaks, TP_TAPS));
        if (s->samples)
            write_window(s);
    }
    avio_closep(&s->file);
    av_freep(&s->history);
    av_freep(&s->states);
    av_freep(&s->weights);
    av_freep(&s->peaks);
    tp_uninit(&s->tp);
}

#define OFFSET(field) offsetof(LoudWindows, field)
static const AVOption loudwindows_options[] = {
    { "file", "to write to", OFFSET(path), AV_OPT_TYPE_STRING, { .str = NULL }, 0, 0,
      AV_OPT_FLAG_AUDIO_PARAM | AV_OPT_FLAG_FILTERING_PARAM },
    { NULL }
};

AVFILTER_DEFINE_CLASS(loudwindows);

static const AVFilterPad inputs[] = { {
    .name = "default",
    .type = AVMEDIA_TYPE_AUDIO,
    .config_props = config_input,
    .filter_frame = filter_frame,
} };

static const AVFilterPad outputs[] = { { .name = "default", .type = AVMEDIA_TYPE_AUDIO } };

const AVFilter ff_af_loudwindows = {
    .name = "loudwindows",
    .description = NULL_IF_CONFIG_SMALL("Measure loudness and true peaks of each 10 ms."),
    .priv_size = sizeof(LoudWindows),
    .priv_class = &loudwindows_class,
    .uninit = uninit,
    FILTER_INPUTS(inputs),
    FILTER_OUTPUTS(outputs),
    FILTER_SINGLE_SAMPLEFMT(AV_SAMPLE_FMT_FLTP),
};
