/* A limiter of true peaks that looks ahead, with one gain for all channels. Audio below the ceiling passes as it is.

   The gain is the lowest that any peak of the look-ahead and of the hold needs; then it recovers evenly, and a mean over
   the look-ahead makes it smooth. So it is low enough before a peak comes, steady within a period of the bass, and back
   soon behind a drum. The audio is delayed by rate / 200 + TP_DELAY - 1 samples. */
#include "libavutil/opt.h"
#include "audio.h"
#include "avfilter.h"
#include "internal.h"
#include "truepeak.h"

#define HOLD_DIVISOR 50
#define LOOK_AHEAD_DIVISOR 200
#define RELEASE_S 0.025

typedef struct TruePeakLimit {
    const AVClass *class;
    double ceiling;
    TruePeak tp;
    float (*history)[TP_TAPS - 1];
    float **delayed, *gains, *queued, *means;
    int64_t *places;
    int64_t at;                 /* samples so far */
    int channels, capacity, delay, ahead, window, first, count;
    double release, gain, low, sum;    /* low: where the gain recovers from */
} TruePeakLimit;

static int config_input(AVFilterLink *link)
{
    AVFilterContext *ctx = link->dst;
    TruePeakLimit *s = ctx->priv;
    s->channels = link->ch_layout.nb_channels;
    s->ahead = FFMAX(1, link->sample_rate / LOOK_AHEAD_DIVISOR);
    s->window = s->ahead + link->sample_rate / HOLD_DIVISOR + 1;
    s->delay = s->ahead + TP_DELAY - 1;
    s->release = 1 / (RELEASE_S * link->sample_rate);
    s->gain = s->low = 1;
    s->sum = s->ahead;
    s->history = av_calloc(s->channels, sizeof(*s->history));
    s->delayed = av_calloc(s->channels, sizeof(*s->delayed));
    s->queued = av_calloc(s->window, sizeof(*s->queued));
    s->places = av_calloc(s->window, sizeof(*s->places));
    s->means = av_calloc(s->ahead, sizeof(*s->means));
    if (!s->history || !s->delayed || !s->queued || !s->places || !s->means)
        return AVERROR(ENOMEM);
    for (int c = 0; c < s->channels; c++)
        if (!(s->delayed[c] = av_calloc(s->delay, sizeof(**s->delayed))))
            return AVERROR(ENOMEM);
    for (int i = 0; i < s->ahead; i++)
        s->means[i] = 1;
    tp_init(&s->tp);
    return 0;
}

/* The lowest of the last `window` gains: the queue holds those that may still be the lowest, rising. */
static float lowest(TruePeakLimit *s, float gain)
{
    while (s->count && s->queued[(s->first + s->count - 1) % s->window] >= gain)
        s->count--;
    if (s->count && s->places[s->first] <= s->at - s->window) {
        s->first = (s->first + 1) % s->window;
        s->count--;
    }
    s->queued[(s->first + s->count) % s->window] = gain;
    s->places[(s->first + s->count) % s->window] = s->at;
    s->count++;
    return s->queued[s->first];
}

/* What to multiply the delayed sample with, by the peak of the newest one. */
static float smooth(TruePeakLimit *s, float peak)
{
    const float least = lowest(s, peak > s->ceiling ? s->ceiling / peak : 1);
    const double recovered = s->gain + (1 - s->low) * s->release;
    float gain, *mean = &s->means[s->at % s->ahead];
    if (least <= recovered)
        s->low = least;
    s->gain = FFMIN(least, recovered);
    gain = s->gain;    /* what is subtracted later has to be the same */
    s->sum += gain - *mean;
    *mean = gain;
    s->at++;
    return FFMIN(1, s->sum / s->ahead);
}

static void apply(TruePeakLimit *s, float *delayed, float *samples, int count, int64_t at)
{
    for (int i = 0, place = at % s->delay; i < count; i++) {
        const float sample = samples[i];
        samples[i] = delayed[place] * s->gains[i];
        delayed[place] = sample;
        place = place + 1 < s->delay ? place + 1 : 0;
    }
}

static int filter_frame(AVFilterLink *link, AVFrame *frame)
{
    TruePeakLimit *s = link->dst->priv;
    const int count = frame->nb_samples;
    const int64_t begin = s->at;
    int error = 0;
    if (count > s->capacity) {
        av_freep(&s->gains);
        s->capacity = count;
        if (!(s->gains = av_malloc_array(count, sizeof(*s->gains))))
            error = AVERROR(ENOMEM);
    }
    if (!error)
        memset(s->gains, 0, count * sizeof(*s->gains));
    for (int c = 0; !error && c < s->channels; c++)
        error = tp_peaks(&s->tp, s->history[c], (float *)frame->extended_data[c], count, s->gains, s->ceiling);
    if (error) {
        av_frame_free(&frame);
        return error;
    }
    for (int i = 0; i < count; i++)
        s->gains[i] = smooth(s, s->gains[i]);
    for (int c = 0; c < s->channels; c++)
        apply(s, s->delayed[c], (float *)frame->extended_data[c], count, begin);
    return ff_filter_frame(link->dst->outputs[0], frame);
}

static void uninit(AVFilterContext *ctx)
{
    TruePeakLimit *s = ctx->priv;
    for (int c = 0; s->delayed && c < s->channels; c++)
        av_freep(&s->delayed[c]);
    av_freep(&s->delayed);
    av_freep(&s->history);
    av_freep(&s->gains);
    av_freep(&s->queued);
    av_freep(&s->places);
    av_freep(&s->means);
    tp_uninit(&s->tp);
}

#define OFFSET(field) offsetof(TruePeakLimit, field)
static const AVOption truepeaklimit_options[] = {
    { "ceiling", "highest true peak, linear", OFFSET(ceiling), AV_OPT_TYPE_DOUBLE, { .dbl = 1 }, 0.001, 1,
      AV_OPT_FLAG_AUDIO_PARAM | AV_OPT_FLAG_FILTERING_PARAM },
    { NULL }
};

AVFILTER_DEFINE_CLASS(truepeaklimit);

static const AVFilterPad inputs[] = { {
    .name = "default",
    .type = AVMEDIA_TYPE_AUDIO,
    .flags = AVFILTERPAD_FLAG_NEEDS_WRITABLE,
    .config_props = config_input,
    .filter_frame = filter_frame,
} };

static const AVFilterPad outputs[] = { { .name = "default", .type = AVMEDIA_TYPE_AUDIO } };

const AVFilter ff_af_truepeaklimit = {
    .name = "truepeaklimit",
    .description = NULL_IF_CONFIG_SMALL("Limit true peaks."),
    .priv_size = sizeof(TruePeakLimit),
    .priv_class = &truepeaklimit_class,
    .uninit = uninit,
    FILTER_INPUTS(inputs),
    FILTER_OUTPUTS(outputs),
    FILTER_SINGLE_SAMPLEFMT(AV_SAMPLE_FMT_FLTP),
};
