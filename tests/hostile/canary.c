/* Tries what a decoder taken over by a hostile file could try. It prints "done", or the error.

   usage: canary read|write PATH | connect PORT | exec PATH | fork | thread | i386 | code | hang
          canary call NUMBER [ARGUMENT]...
          canary without-landlock PROGRAM ARGUMENT...    runs a program as on a kernel without Landlock */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long read_file(const char *path) {
  char byte;
  int file = open(path, O_RDONLY);
  return file < 0 ? file : read(file, &byte, 1);
}

static long write_file(const char *path) {
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  return file < 0 ? file : write(file, "x", 1);
}

static long connect_to(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int client = socket(AF_INET, SOCK_STREAM, 0);
  return client < 0 ? client : connect(client, (struct sockaddr *)&address, sizeof address);
}

static long execute(char *path) { return execve(path, (char *[]){path, NULL}, NULL); }

static long start_process(void) {
  pid_t child = fork();
  if (!child) _exit(0);
  return child < 0 ? child : waitpid(child, NULL, 0);
}

static void *do_nothing(void *result) { return result; }

static long start_thread(void) {
  pthread_t thread;
  errno = pthread_create(&thread, NULL, do_nothing, NULL);
  return errno ? -1 : pthread_join(thread, NULL);
}

static _Noreturn void hang(void) {
  for (;;) sleep(60);
}

/* getpid by the 32-bit entry, whose numbers are others. */
static long call_i386(void) {
  long result = 20;
  __asm__ volatile("int $0x80" : "+a"(result)::"memory", "r8", "r9", "r10", "r11");
  return result;
}

static long map_code(void) {
  return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}

static long call(char **words) {
  long numbers[7] = {0};
  for (int i = 0; i < 7 && words[i]; i++) numbers[i] = strtol(words[i], NULL, 0);
  return syscall(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6]);
}

static long run_without_landlock(char **command) {
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 444, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &(struct sock_fprog){4, code})) return -1;
  return execv(command[0], command);
}

static long attempt(const char *what, char **words) {
  if (!strcmp(what, "read")) return read_file(words[0]);
  if (!strcmp(what, "write")) return write_file(words[0]);
  if (!strcmp(what, "connect")) return connect_to(atoi(words[0]));
  if (!strcmp(what, "exec")) return execute(words[0]);
  if (!strcmp(what, "fork")) return start_process();
  if (!strcmp(what, "thread")) return start_thread();
  if (!strcmp(what, "hang")) hang();
  if (!strcmp(what, "i386")) return call_i386();
  if (!strcmp(what, "code")) return map_code();
  if (!strcmp(what, "call")) return call(words);
  if (!strcmp(what, "without-landlock")) return run_without_landlock(words);
  errno = EINVAL;
  return -1;
}

int main(int count, char **words) {
  long result = count > 1 ? attempt(words[1], words + 2) : (errno = EINVAL, -1);
  puts(result < 0 ? strerrorname_np(errno) : "done");
  return result < 0;
}
