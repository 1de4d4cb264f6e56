package service

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"blemish/history"
	"blemish/internal/version"
)

// Numbers for Prometheus, in its text format (version 0.0.4).

// judgeBuckets are upper ends of the histogram of seconds.
var judgeBuckets = []float64{0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300}

type metrics struct {
	begun   time.Time
	running atomic.Int64
	flight  atomic.Int64
	bytes   atomic.Int64 // of scans taken in
	storeUp atomic.Bool

	mu       sync.Mutex
	verdicts map[string]int64
	requests map[[3]string]int64 // method, route, status
	buckets  []int64
	seconds  float64
	count    int64
}

func newMetrics(now time.Time) *metrics {
	m := &metrics{begun: now, verdicts: map[string]int64{}, requests: map[[3]string]int64{}, buckets: make([]int64, len(judgeBuckets))}
	m.storeUp.Store(true)
	return m
}

// judged counts an entry.
func (m *metrics) judged(e *history.Entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.verdicts[e.Verdict]++
	if !e.Seconds.Known() {
		return
	}
	m.count++
	m.seconds += float64(e.Seconds)
	for i, end := range judgeBuckets {
		if float64(e.Seconds) <= end {
			m.buckets[i]++
		}
	}
}

// answered counts a request.
func (m *metrics) answered(method, route string, status int) {
	m.mu.Lock()
	m.requests[[3]string{method, route, fmt.Sprint(status)}]++
	m.mu.Unlock()
}

// metricsRoute answers GET /metrics.
func (s *Service) metricsRoute(w http.ResponseWriter, r *http.Request) error {
	waiting, err := s.store.Waiting(r.Context(), s.data.id, judgeKind)
	w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	var b strings.Builder
	s.numbers.write(&b, s.opt.Now())
	if err == nil {
		one(&b, "blemish_queue_length", "gauge", "Scans that wait or are being judged.", waiting)
		one(&b, "blemish_queue_limit", "gauge", "Jobs that may wait before uploads are refused.", s.opt.MostQueued)
	}
	up := 0
	if err == nil && s.numbers.storeUp.Load() {
		up = 1
	}
	one(&b, "blemish_history_up", "gauge", "1 while the history can be reached.", up)
	_, err = io.WriteString(w, b.String())
	return err
}

func one[T int | int64 | float64](b *strings.Builder, name, kind, help string, value T) {
	fmt.Fprintf(b, "# HELP %s %s\n# TYPE %s %s\n%s %v\n", name, help, name, kind, name, value)
}

func (m *metrics) write(b *strings.Builder, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	fmt.Fprintf(b, "# HELP blemish_build_info The version.\n# TYPE blemish_build_info gauge\nblemish_build_info{version=%q} 1\n", version.Version)
	one(b, "blemish_uptime_seconds", "gauge", "Since the process began.", now.Sub(m.begun).Seconds())
	one(b, "blemish_jobs_running", "gauge", "Scans being judged and models being learnt.", m.running.Load())
	one(b, "blemish_requests_in_flight", "gauge", "Requests that are being answered.", m.flight.Load())
	one(b, "blemish_scan_bytes_total", "counter", "Bytes of scans that were taken in.", m.bytes.Load())
	fmt.Fprint(b, "# HELP blemish_scans_total Scans judged, by verdict.\n# TYPE blemish_scans_total counter\n")
	for _, v := range []string{"sound", "defective", "unsure", history.Failed} {
		fmt.Fprintf(b, "blemish_scans_total{verdict=%q} %d\n", v, m.verdicts[v])
	}
	fmt.Fprint(b, "# HELP blemish_judge_seconds Seconds that judging took.\n# TYPE blemish_judge_seconds histogram\n")
	for i, end := range judgeBuckets {
		fmt.Fprintf(b, "blemish_judge_seconds_bucket{le=\"%v\"} %d\n", end, m.buckets[i])
	}
	fmt.Fprintf(b, "blemish_judge_seconds_bucket{le=\"+Inf\"} %d\nblemish_judge_seconds_sum %v\nblemish_judge_seconds_count %d\n", m.count, m.seconds, m.count)
	fmt.Fprint(b, "# HELP blemish_requests_total Requests answered.\n# TYPE blemish_requests_total counter\n")
	var keys [][3]string
	for k := range m.requests {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y [3]string) int { return slices.Compare(x[:], y[:]) })
	for _, k := range keys {
		fmt.Fprintf(b, "blemish_requests_total{method=%q,route=%q,status=%q} %d\n", k[0], k[1], k[2], m.requests[k])
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	one(b, "blemish_memory_bytes", "gauge", "Memory taken from the system.", int64(mem.Sys))
	one(b, "blemish_goroutines", "gauge", "Goroutines.", runtime.NumGoroutine())
}

// healthRoute answers GET /healthz: whether scans can be taken in and kept now.
func (s *Service) healthRoute(w http.ResponseWriter, r *http.Request) error {
	if err := s.data.check(); err != nil {
		s.log.Error("the data folder cannot be written", "error", err)
		return busy(503, 5, "the data folder cannot be written")
	}
	if err := s.store.Check(r.Context()); err != nil {
		s.numbers.storeUp.Store(false)
		s.log.Error("the history cannot be written", "error", err)
		return busy(503, 5, "the history cannot be reached")
	}
	s.numbers.storeUp.Store(true)
	return answer(w, 200, map[string]string{"status": "ok", "version": version.Version})
}
