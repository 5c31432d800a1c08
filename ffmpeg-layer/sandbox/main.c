/* Starts a program that reads strangers' files: with limits, without privileges, without network, and with no other
   files than those of the working directory.

   usage: sandbox [--NAME=SOFT:HARD]... -- /PATH/OF/PROGRAM ARGUMENT...
          sandbox --check    applies everything to itself and prints as JSON what this kernel has */
#include "sandbox.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void fail(const char *what) {
  fprintf(stderr, "sandbox: %s: %s\n", what, strerror(errno));
  exit(FAILED);
}

static _Noreturn void fail_usage(void) {
  fputs("usage: sandbox [--NAME=SOFT:HARD]... -- /PATH/OF/PROGRAM ARGUMENT...\n       sandbox --check\n", stderr);
  exit(FAILED);
}

static void check(void) {
  drop_privileges();
  int landlock = restrict_files(NULL);
  restrict_calls(NULL);
  printf("{\"noNewPrivileges\": true, \"landlock\": %d, \"seccomp\": true}\n", landlock);
}

int main(int count, char **arguments) {
  int at = 1;
  if (count == 2 && !strcmp(arguments[1], "--check")) {
    check();
    return 0;
  }
  for (; at < count && strcmp(arguments[at], "--"); at++) set_limit(arguments[at]);
  if (at + 1 >= count) fail_usage();
  char **command = arguments + at + 1;
  drop_privileges();
  restrict_files(command[0]);
  restrict_calls(command[0]);
  execve(command[0], command, environ);
  fail(command[0]);
}
