/* True peaks (ITU-R BS.1770, annex 2): samples at four times the rate, computed only where they can matter. */
#ifndef SONUBE_TRUEPEAK_H
#define SONUBE_TRUEPEAK_H

#include <math.h>
#include <string.h>

#include "libavutil/common.h"
#include "libavutil/mem.h"

/* With 32, the response is flat to 0.45 of the rate: cymbals peak between samples, too. */
#define TP_TAPS 32
#define TP_PHASES 3
/* A peak is of the middle of the taps, so it is known this many samples later. */
#define TP_DELAY (TP_TAPS / 2)
/* Samples that are examined together. */
#define TP_BLOCK 32
#define TP_LANES 8

typedef struct TruePeak {
    float taps[TP_PHASES][TP_TAPS];
    float bound;   /* no point between samples exceeds their highest by more than this factor */
    float *line;   /* the last samples of the frame before, then this frame */
    int capacity;
} TruePeak;

static double tp_bessel(double x)
{
    double sum = 1, term = 1;
    for (int k = 1; k < 30; k++) {
        term *= x * x / (4.0 * k * k);
        sum += term;
    }
    return sum;
}

static void tp_init(TruePeak *tp)
{
    const double beta = 5.0;
    for (int p = 0; p < TP_PHASES; p++) {
        double sum = 0, total = 0;
        for (int k = 0; k < TP_TAPS; k++) {
            double at = k - (TP_TAPS / 2 - 1) - (p + 1) / (TP_PHASES + 1.0);
            double place = at / (TP_TAPS / 2);
            double window = tp_bessel(beta * sqrt(FFMAX(0, 1 - place * place))) / tp_bessel(beta);
            tp->taps[p][k] = sin(M_PI * at) / (M_PI * at) * window;
            sum += tp->taps[p][k];
        }
        for (int k = 0; k < TP_TAPS; k++) {
            tp->taps[p][k] /= sum;
            total += fabsf(tp->taps[p][k]);
        }
        tp->bound = FFMAX(tp->bound, total);
    }
}

static void tp_uninit(TruePeak *tp)
{
    av_freep(&tp->line);
}

/* The loops below work on arrays of one size, so that the compiler computes several elements at a time. */
static float tp_highest(const float *samples, int count)
{
    float lanes[TP_LANES] = { 0 }, highest = 0;
    int i = 0;
    for (; i + TP_LANES <= count; i += TP_LANES)
        for (int k = 0; k < TP_LANES; k++)
            lanes[k] = FFMAX(fabsf(samples[i + k]), lanes[k]);
    for (; i < count; i++)
        highest = FFMAX(fabsf(samples[i]), highest);
    for (int k = 0; k < TP_LANES; k++)
        highest = FFMAX(lanes[k], highest);
    return highest;
}

/* Raise the peaks of a block to its samples, or to all points of it. */
static void tp_block(const TruePeak *tp, const float *line, float *peaks, int count, int is_between)
{
    for (int i = 0; i < count; i++)
        peaks[i] = FFMAX(fabsf(line[i + TP_TAPS / 2 - 1]), peaks[i]);
    for (int p = 0; is_between && p < TP_PHASES; p++) {
        float sums[TP_BLOCK] = { 0 };
        for (int k = 0; k < TP_TAPS; k++)
            for (int i = 0; i < TP_BLOCK; i++)
                sums[i] += tp->taps[p][k] * line[i + k];
        for (int i = 0; i < count; i++)
            peaks[i] = FFMAX(fabsf(sums[i]), peaks[i]);
    }
}

/* Of `count` points, each at a sample and between it and the next: raise `peaks` to what they reach. Blocks that
   cannot exceed `floor` have only their samples in it. The first point is TP_DELAY samples before `samples`. */
static int tp_peaks(TruePeak *tp, float *history, const float *samples, int count, float *peaks, float floor)
{
    const int kept = TP_TAPS - 1;
    if (count + kept + TP_BLOCK > tp->capacity) {
        av_freep(&tp->line);
        tp->capacity = count + kept + TP_BLOCK;  /* a last block is computed whole */
        if (!(tp->line = av_calloc(tp->capacity, sizeof(*tp->line))))
            return AVERROR(ENOMEM);
    }
    memcpy(tp->line, history, kept * sizeof(*history));
    memcpy(tp->line + kept, samples, count * sizeof(*samples));
    memcpy(history, tp->line + count, kept * sizeof(*history));
    for (int begin = 0; begin < count; begin += TP_BLOCK) {
        const int end = FFMIN(count, begin + TP_BLOCK);
        const float highest = tp_highest(tp->line + begin, end - begin + kept);
        tp_block(tp, tp->line + begin, peaks + begin, end - begin, highest * tp->bound > floor);
    }
    return 0;
}

#endif
