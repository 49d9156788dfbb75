/* The system's time as other programs see it, moved by as many seconds as a shared file says: see clock.py.
   Only what asks for the time of day is answered so; what measures durations or sleeps is not. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile int64_t *moved;

__attribute__((constructor)) static void find(void) {
    const char *path = getenv("GATEHOUSE_CLOCK");
    if (path == NULL || strncmp(program_invocation_short_name, "python", 6) != 0) return;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    void *shown = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (shown != MAP_FAILED) moved = shown;
}

int clock_gettime(clockid_t which, struct timespec *told) {
    static int (*true_one)(clockid_t, struct timespec *);
    if (true_one == NULL) true_one = dlsym(RTLD_NEXT, "clock_gettime");
    int failed = true_one(which, told);
    if (failed == 0 && moved != NULL && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) told->tv_sec += *moved;
    return failed;
}

int gettimeofday(struct timeval *restrict told, void *restrict zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    told->tv_sec = now.tv_sec;
    told->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *told) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (told != NULL) *told = now.tv_sec;
    return now.tv_sec;
}
