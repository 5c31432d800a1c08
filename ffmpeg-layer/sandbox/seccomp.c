/* System calls, by a list of those that an audio-only ffmpeg makes. Others do not exist for it (ENOSYS, on which the C
   library falls back to older ones): sockets, processes, signals to others, ptrace, mounts, io_uring, modes and links
   of files … A call of another architecture, or an exec of anything but the program, kills it. */
#include "sandbox.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined(__x86_64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OUR_ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the filter knows x86-64 and AArch64 only"
#endif

/* In the order of how often they are made. The last lines have calls that AArch64 never had. */
static const uint16_t ALLOWED[] = {
    SYS_read, SYS_write, SYS_lseek, SYS_futex, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64,
    SYS_ppoll, SYS_pselect6, SYS_openat, SYS_close, SYS_fstat, SYS_newfstatat, SYS_statx, SYS_faccessat,
    SYS_ftruncate, SYS_dup, SYS_munmap, SYS_mremap, SYS_madvise, SYS_brk,
    SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_sigaltstack, SYS_restart_syscall,
    SYS_set_robust_list, SYS_set_tid_address, SYS_rseq, SYS_gettid, SYS_getpid, SYS_sched_yield,
    SYS_sched_getaffinity, SYS_nanosleep, SYS_clock_nanosleep, SYS_clock_gettime, SYS_clock_getres,
    SYS_gettimeofday, SYS_getrusage, SYS_times, SYS_getrandom, SYS_sysinfo, SYS_uname, SYS_getuid, SYS_geteuid,
    SYS_getgid, SYS_getegid, SYS_exit, SYS_exit_group,
#ifdef __x86_64__
    SYS_open, SYS_stat, SYS_lstat, SYS_access, SYS_poll, SYS_select, SYS_time, SYS_arch_prctl,
#endif
};
/* Not those by which a file's signals are sent to another process. */
static const uint32_t FCNTL[] = {F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_DUPFD, F_DUPFD_CLOEXEC};
static const uint32_t IOCTL[] = {TCGETS, TIOCGWINSZ, FIONREAD};
enum { MAX_INSTRUCTIONS = 512, REAL_THREAD = CLONE_VM | CLONE_THREAD, LOW = 0, HIGH = 4 };

static struct sock_filter code[MAX_INSTRUCTIONS];
static struct sock_fprog filter = {0, code};

static void emit(uint16_t operation, uint32_t value, uint8_t if_true, uint8_t if_false) {
  errno = E2BIG;
  if (filter.len == MAX_INSTRUCTIONS) fail("filter of system calls");
  code[filter.len++] = (struct sock_filter){operation, if_true, if_false, value};
}

static void load(size_t offset) { emit(BPF_LD | BPF_W | BPF_ABS, offset, 0, 0); }
static void load_argument(int number, int half) { load(offsetof(struct seccomp_data, args) + 8 * number + half); }
static void skip_unless_equal(uint32_t value, int skipped) { emit(BPF_JMP | BPF_JEQ | BPF_K, value, 0, skipped); }
static void answer(uint32_t action) { emit(BPF_RET | BPF_K, action, 0, 0); }

/* Rules of one call by one argument: each ends with an answer for whatever that is. Of integers the kernel takes the
   low half; pointers are compared whole. */

static void allow_values(int call, int argument, const uint32_t *values, int count) {
  skip_unless_equal(call, 2 + 2 * count);
  load_argument(argument, LOW);
  for (int i = 0; i < count; i++) {
    skip_unless_equal(values[i], 1);
    answer(SECCOMP_RET_ALLOW);
  }
  answer(SECCOMP_RET_ERRNO | EPERM);
}

/* Allow a call whose argument, masked, has this value. */
static void allow_masked(int call, int argument, uint32_t mask, uint32_t value) {
  skip_unless_equal(call, 5);
  load_argument(argument, LOW);
  emit(BPF_ALU | BPF_AND | BPF_K, mask, 0, 0);
  skip_unless_equal(value, 1);
  answer(SECCOMP_RET_ALLOW);
  answer(SECCOMP_RET_ERRNO | EPERM);
}

static void allow_pointer(int call, int argument, uint64_t value, uint32_t otherwise) {
  skip_unless_equal(call, 6);
  load_argument(argument, LOW);
  skip_unless_equal((uint32_t)value, 3);
  load_argument(argument, HIGH);
  skip_unless_equal(value >> 32, 1);
  answer(SECCOMP_RET_ALLOW);
  answer(otherwise);
}

static void write_filter(const char *program) {
  const uint32_t set_name = PR_SET_NAME, ourselves = getpid();
  load(offsetof(struct seccomp_data, arch));
  emit(BPF_JMP | BPF_JEQ | BPF_K, OUR_ARCHITECTURE, 1, 0);
  answer(SECCOMP_RET_KILL_PROCESS);
  load(offsetof(struct seccomp_data, nr));
#ifdef __x86_64__
  emit(BPF_JMP | BPF_JSET | BPF_K, 0x40000000, 0, 1); /* x32 */
  answer(SECCOMP_RET_KILL_PROCESS);
#endif
  for (size_t i = 0; i < sizeof ALLOWED / sizeof *ALLOWED; i++) {
    skip_unless_equal(ALLOWED[i], 1);
    answer(SECCOMP_RET_ALLOW);
  }
  allow_masked(SYS_mmap, 2, PROT_EXEC, 0);
  allow_masked(SYS_mprotect, 2, PROT_EXEC, 0);
  allow_masked(SYS_clone, 0, REAL_THREAD, REAL_THREAD);
  allow_values(SYS_fcntl, 1, FCNTL, sizeof FCNTL / sizeof *FCNTL);
  allow_values(SYS_ioctl, 1, IOCTL, sizeof IOCTL / sizeof *IOCTL);
  allow_values(SYS_prctl, 0, &set_name, 1);
  allow_values(SYS_tgkill, 0, &ourselves, 1);      /* abort */
  allow_pointer(SYS_prlimit64, 2, 0, SECCOMP_RET_ERRNO | EPERM); /* reading limits, not setting the parent's */
  /* The filter cannot read the path, but after exec no one knows where it was. */
  allow_pointer(SYS_execve, 0, (uintptr_t)program, SECCOMP_RET_KILL_PROCESS);
  answer(SECCOMP_RET_ERRNO | ENOSYS);
}

void restrict_calls(const char *program) {
  write_filter(program);
  /* Kernels before 5.16 otherwise slow down every filtered process; gVisor does not know the flag. */
  if (!syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &filter)) return;
  if (errno != EINVAL || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &filter)) fail("filter of system calls");
}
