/* Linked into each program of `make coverage`: what it counts lies in a file that all its processes
 * share, not in memory of its own that it would write at its end. So what a process did counts
 * however it ends, by a signal or without memory, and so does what its copies do.
 *
 * counts.ld puts the counts together, on pages of their own; a file of the folder COUNTS takes the
 * place of those pages. Two that count at once may lose some; whether a count is 0 is not lost.
 * With ASSESS_COUNTED set a program only writes what was counted where gcov looks for it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

extern char counts_begin[], counts_end[];
void __gcov_dump(void);

/* What gcc calls at the end of a program; the linker puts this in its place (--wrap). */
void __wrap___gcov_exit(void);
void __wrap___gcov_exit(void) {}

/* The program's own file and the size of its counts: another build of it has others. System calls
 * are made directly, since what lets calls fail stands before the C library. */
__attribute__((constructor)) static void share_counts(void) {
    size_t size = (size_t)(counts_end - counts_begin);
    char self[1024], path[2048];
    long n = syscall(SYS_readlink, "/proc/self/exe", self, sizeof self - 1);
    if (n <= 0 || !size) return;
    self[n] = 0;
    const char *slash = strrchr(self, '/');
    snprintf(path, sizeof path, COUNTS "/%s.%zu", slash ? slash + 1 : self, size);
    int fd = (int)syscall(SYS_open, path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0) return;
    int told = getenv("ASSESS_COUNTED") != NULL;
    if (syscall(SYS_lseek, fd, 0, SEEK_END) >= (long)size || !syscall(SYS_ftruncate, fd, size))
        mmap(counts_begin, size, PROT_READ | PROT_WRITE,
             (told ? MAP_PRIVATE : MAP_SHARED) | MAP_FIXED, fd, 0);
    syscall(SYS_close, fd);
    if (!told) return;
    __gcov_dump(); /* adds what other programs have counted to the own counts */
    _exit(0);
}
