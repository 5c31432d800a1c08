/* Files, by Landlock. What it does not cover (stat, chmod, links of one folder) is left to the filter of calls.
   The kernel's header may be older than the kernel, so its few definitions are repeated here. */
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { CREATE_RULESET = 444, ADD_RULE = 445, RESTRICT_SELF = 446 }; /* the same on every architecture */
enum { VERSION = 1, PATH_BENEATH = 1 };
enum { EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, READ_FILE = 1 << 2, MAKE_REG = 1 << 8, TRUNCATE = 1 << 14 };
/* All rights of each version of Landlock: 13, then REFER, TRUNCATE, and from 5 on IOCTL_DEV. */
static const uint64_t ALL_RIGHTS[] = {0, 0x1fff, 0x3fff, 0x7fff, 0x7fff, 0xffff};
enum { BIND_AND_CONNECT = 3, ABSTRACT_SOCKETS_AND_SIGNALS = 3 }; /* from 4 and from 6 on */

struct ruleset { uint64_t files, network, scopes; };
struct rule { uint64_t rights; int32_t folder; } __attribute__((packed));

static void allow(int rules, const char *path, uint64_t rights, bool is_optional) {
  int file = open(path, O_PATH | O_CLOEXEC);
  if (file < 0 && is_optional) return;
  struct rule rule = {rights, file};
  if (file < 0 || syscall(ADD_RULE, rules, PATH_BENEATH, &rule, 0)) fail(path);
  close(file);
}

int restrict_files(const char *program) {
  long version = syscall(CREATE_RULESET, NULL, 0, VERSION);
  if (version < 0) {
    /* Absent, switched off, or hidden by an older container's filter. */
    if (errno == ENOSYS || errno == EOPNOTSUPP || errno == EPERM) return 0;
    fail("Landlock");
  }
  uint64_t rights = ALL_RIGHTS[version > 5 ? 5 : version];
  struct ruleset ruleset = {rights, version >= 4 ? BIND_AND_CONNECT : 0, version >= 6 ? ABSTRACT_SOCKETS_AND_SIGNALS : 0};
  size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  int rules = syscall(CREATE_RULESET, &ruleset, size, 0);
  if (rules < 0) fail("Landlock rules");
  allow(rules, ".", rights & (READ_FILE | WRITE_FILE | MAKE_REG | TRUNCATE), false);
  allow(rules, "/dev/urandom", READ_FILE, true); /* the serial numbers of Ogg streams */
  if (program) allow(rules, program, EXECUTE | READ_FILE, false);
  if (syscall(RESTRICT_SELF, rules, 0)) fail("Landlock");
  close(rules);
  return version;
}
