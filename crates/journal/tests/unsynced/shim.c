/* Stands between a program and the C library (LD_PRELOAD) and writes down, in their order, the writes, truncations, syncs
 * and removals of files below $SHIM_UNDER, and what goes to standard output. Everything is still carried out.
 *
 * Record: kind, number of the file (u32), offset (u64), length (u64), then the bytes; all little endian.
 *   O opened (bytes: path)   W written   T cut to length `offset`   S synced   U removed (bytes: path)   A said (bytes)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define MAX_FD 4096
#define MAX_FILES 256
static int file_of[MAX_FD]; /* number + 1, 0: not watched */
static char *paths[MAX_FILES];
static int files, log_fd = -1;
static const char *under;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("SHIM_LOG");
    under = getenv("SHIM_UNDER");
    if (path && under) log_fd = REAL(open)(path, O_CREAT | O_WRONLY | O_APPEND, 0644);
}

static void put(const void *bytes, size_t n) {
    const char *at = bytes;
    while (n > 0) {
        ssize_t done = REAL(write)(log_fd, at, n);
        if (done <= 0) abort();
        at += done;
        n -= (size_t)done;
    }
}

static void record(char kind, uint32_t file, uint64_t offset, const void *bytes, uint64_t n) {
    char head[21];
    head[0] = kind;
    memcpy(head + 1, &file, 4);
    memcpy(head + 5, &offset, 8);
    memcpy(head + 13, &n, 8);
    put(head, sizeof head);
    if (bytes) put(bytes, n);
}

static int watched(int fd) { return log_fd >= 0 && fd >= 0 && fd < MAX_FD && file_of[fd]; }

static int opened(int fd, const char *path) {
    if (fd < 0 || fd >= MAX_FD || log_fd < 0) return fd;
    pthread_mutex_lock(&lock);
    file_of[fd] = 0;
    if (strncmp(path, under, strlen(under)) == 0) {
        int n = 0;
        while (n < files && strcmp(paths[n], path) != 0) n++;
        if (n == files) {
            if (files == MAX_FILES) abort();
            paths[files++] = strdup(path);
            record('O', (uint32_t)n, 0, path, strlen(path));
        }
        file_of[fd] = n + 1;
    }
    pthread_mutex_unlock(&lock);
    return fd;
}

#define MODE                          \
    va_list args;                     \
    va_start(args, flags);            \
    mode_t mode = va_arg(args, mode_t); \
    va_end(args)

int open(const char *path, int flags, ...) { MODE; return opened(REAL(open)(path, flags, mode), path); }
int open64(const char *path, int flags, ...) { MODE; return opened(REAL(open64)(path, flags, mode), path); }

int close(int fd) {
    pthread_mutex_lock(&lock);
    if (fd >= 0 && fd < MAX_FD) file_of[fd] = 0;
    pthread_mutex_unlock(&lock);
    return REAL(close)(fd);
}

/* Order in the record is order on the disk: both under one lock. */
#define PUT(call, where)                                                           \
    if (!watched(fd)) return call;                                                 \
    pthread_mutex_lock(&lock);                                                     \
    uint64_t at = (uint64_t)(where);                                               \
    ssize_t done = call;                                                           \
    if (done > 0) record('W', (uint32_t)file_of[fd] - 1, at, bytes, (uint64_t)done); \
    pthread_mutex_unlock(&lock);                                                   \
    return done

ssize_t pwrite(int fd, const void *bytes, size_t n, off_t offset) { PUT(REAL(pwrite)(fd, bytes, n, offset), offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t offset) { PUT(REAL(pwrite64)(fd, bytes, n, offset), offset); }

ssize_t write(int fd, const void *bytes, size_t n) {
    if (fd == 1 && log_fd >= 0) {
        pthread_mutex_lock(&lock);
        record('A', 0, 0, bytes, n);
        pthread_mutex_unlock(&lock);
    }
    PUT(REAL(write)(fd, bytes, n), lseek(fd, 0, SEEK_CUR));
}

#define DONE(call, kind, offset)                                           \
    if (!watched(fd)) return call;                                         \
    pthread_mutex_lock(&lock);                                             \
    int done = call;                                                       \
    if (done == 0) record(kind, (uint32_t)file_of[fd] - 1, offset, 0, 0);  \
    pthread_mutex_unlock(&lock);                                           \
    return done

int fsync(int fd) { DONE(REAL(fsync)(fd), 'S', 0); }
int fdatasync(int fd) { DONE(REAL(fdatasync)(fd), 'S', 0); }
int ftruncate(int fd, off_t n) { DONE(REAL(ftruncate)(fd, n), 'T', (uint64_t)n); }
int ftruncate64(int fd, off64_t n) { DONE(REAL(ftruncate64)(fd, n), 'T', (uint64_t)n); }

int unlink(const char *path) {
    pthread_mutex_lock(&lock);
    int done = REAL(unlink)(path);
    if (done == 0 && log_fd >= 0 && strncmp(path, under, strlen(under)) == 0)
        record('U', 0, 0, path, strlen(path));
    pthread_mutex_unlock(&lock);
    return done;
}
