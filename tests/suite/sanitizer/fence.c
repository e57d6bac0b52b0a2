/* ThreadSanitizer ignores fences that stand alone, and std's Arc drops its
   value behind one: without these wrappers every Arc would look racy. An
   acquire fence acquires what the thread's last atomic reads could have seen;
   a release fence makes release writes of the thread's later relaxed ones.
   Both say more than the language does, so that near a fence a race can be
   missed, and none is invented. Linked in front of the runtime by --wrap. */
enum { RELAXED, CONSUME, ACQUIRE, RELEASE, ACQ_REL, SEQ_CST };

void __tsan_acquire(void *);
void __real___tsan_atomic_thread_fence(int);

#define RING 8
static __thread void *seen[RING];
static __thread unsigned at;
static __thread int released;

static void saw(const volatile void *a) { seen[at++ % RING] = (void *)a; }

static int strong(int mo) {
    if (!released) return mo;
    if (mo == RELAXED) return RELEASE;
    return mo <= ACQUIRE ? ACQ_REL : mo;
}

void __wrap___tsan_atomic_thread_fence(int mo) {
    __real___tsan_atomic_thread_fence(mo);
    if (mo != RELEASE)
        for (int i = 0; i < RING; i++)
            if (seen[i]) __tsan_acquire(seen[i]);
    if (mo >= RELEASE) released = 1;
}

#define RMW(N, T, op)                                                         \
    T __real___tsan_atomic##N##_##op(volatile T *, T, int);                   \
    T __wrap___tsan_atomic##N##_##op(volatile T *a, T v, int mo) {            \
        saw(a);                                                               \
        return __real___tsan_atomic##N##_##op(a, v, strong(mo));              \
    }

#define ALL(N, T)                                                             \
    T __real___tsan_atomic##N##_load(const volatile T *, int);                \
    T __wrap___tsan_atomic##N##_load(const volatile T *a, int mo) {           \
        saw(a);                                                               \
        return __real___tsan_atomic##N##_load(a, mo);                         \
    }                                                                         \
    void __real___tsan_atomic##N##_store(volatile T *, T, int);               \
    void __wrap___tsan_atomic##N##_store(volatile T *a, T v, int mo) {        \
        __real___tsan_atomic##N##_store(a, v, strong(mo));                    \
    }                                                                         \
    T __real___tsan_atomic##N##_compare_exchange_val(volatile T *, T, T, int, \
                                                     int);                    \
    T __wrap___tsan_atomic##N##_compare_exchange_val(volatile T *a, T c, T v, \
                                                     int mo, int fmo) {       \
        saw(a);                                                               \
        return __real___tsan_atomic##N##_compare_exchange_val(                \
            a, c, v, strong(mo), fmo);                                        \
    }                                                                         \
    RMW(N, T, exchange)                                                       \
    RMW(N, T, fetch_add)                                                      \
    RMW(N, T, fetch_sub)                                                      \
    RMW(N, T, fetch_and)                                                      \
    RMW(N, T, fetch_or)                                                       \
    RMW(N, T, fetch_xor)                                                      \
    RMW(N, T, fetch_nand)

ALL(8, unsigned char)
ALL(16, unsigned short)
ALL(32, unsigned int)
ALL(64, unsigned long)
