/* Resource limits, in the notation of util-linux's prlimit. */
#include "sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static const struct {
  const char *name;
  int resource;
} LIMITS[] = {
    {"as", RLIMIT_AS},         {"core", RLIMIT_CORE},   {"cpu", RLIMIT_CPU},
    {"fsize", RLIMIT_FSIZE},   {"nofile", RLIMIT_NOFILE}, {"stack", RLIMIT_STACK},
};

void set_limit(const char *option) {
  char name[16];
  unsigned long long soft, hard;
  int end = 0;
  errno = EINVAL;
  if (sscanf(option, "--%15[a-z]=%llu:%llu%n", name, &soft, &hard, &end) != 3 || option[end]) fail(option);
  for (size_t i = 0; i < sizeof LIMITS / sizeof *LIMITS; i++) {
    if (strcmp(name, LIMITS[i].name)) continue;
    if (setrlimit(LIMITS[i].resource, &(struct rlimit){soft, hard})) fail(option);
    return;
  }
  fail(option);
}
