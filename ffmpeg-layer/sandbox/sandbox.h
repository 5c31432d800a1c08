/* The launcher's steps. Each prints what the kernel refused and exits with FAILED, unless it says otherwise. */
#ifndef SANDBOX_H
#define SANDBOX_H

/* Exit status when the sandbox could not be set up or the program not started; runner.py knows it. */
enum { FAILED = 125 };

/* Print "sandbox: WHAT: REASON", with the reason of errno, and exit. */
_Noreturn void fail(const char *what);

/* Apply "--NAME=SOFT:HARD", as prlimit of util-linux takes it. */
void set_limit(const char *option);

/* Die with the parent, gain no privileges by exec, give up every capability. */
void drop_privileges(void);

/* Allow the working directory and, unless NULL, the program; nothing else of the file system. Return the version of
   Landlock, or 0 where the kernel has none: gVisor, a kernel before 5.13, or one without this module. */
int restrict_files(const char *program);

/* Allow what an audio-only ffmpeg calls, and execve of exactly this pointer. */
void restrict_calls(const char *program);

#endif
