"""OpenBLAS's side of measure/gemm/run.sh: the same lines in, the same out."""
import ctypes, os, sys, time

threads = int(sys.argv[1])
lib = ctypes.CDLL(os.environ.get("OPENBLAS", "libopenblas.so.0"))
lib.openblas_set_num_threads(threads)
lib.openblas_get_config.restype = lib.openblas_get_corename.restype = ctypes.c_char_p
if len(sys.argv) > 2:
    print(lib.openblas_get_config().decode(), "using", lib.openblas_get_corename().decode())
    sys.exit()
ROW, NO, YES = 101, 111, 112
f = ctypes.c_float

def values(n):
    a = (f * n)()
    for i in range(min(n, 1000)): a[i] = i * 7919 % 1000 / 1000 - 0.5
    at = 1000
    while at < n:
        step = min(at, n - at)
        ctypes.memmove(ctypes.addressof(a) + 4 * at, a, 4 * step)
        at += step
    return a

for line in sys.stdin:
    m, n, k, form, seconds = line.split()
    m, n, k, seconds = int(m), int(n), int(k), float(seconds)
    a, b, c = values(m * k), values(k * n), values(m * n)
    ta, tb = (YES if x == "T" else NO for x in form)
    def call():
        lib.cblas_sgemm(ROW, ta, tb, m, n, k, f(1), a, m if ta == YES else k, b, k if tb == YES else n, f(0), c, n)
    call()
    runs = max(1, int(2e-3 / (2 * m * n * k / 2e11)))
    cpu = wall = 1e9
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        t, p = time.perf_counter(), time.process_time()
        for _ in range(runs): call()
        cpu = min(cpu, (time.process_time() - p) / runs)
        wall = min(wall, (time.perf_counter() - t) / runs)
    print(cpu, wall, flush=True)
