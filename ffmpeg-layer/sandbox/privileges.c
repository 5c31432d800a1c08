/* Privileges: none are kept, and exec gives none back. */
#include "sandbox.h"

#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

void drop_privileges(void) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)) fail("parent-death signal");
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) fail("no new privileges");
  /* Not everyone may reduce the bounding set, and gVisor has no ambient one. Without new privileges, root's exec
     gives back only what is permitted now: nothing. */
  for (int capability = 0; capability <= 63; capability++) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct none[2] = {{0}};
  if (syscall(SYS_capset, &header, none)) fail("capabilities");
}
