package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

// Kills: the service ends without warning, again and again, while clients send.

// killAgain sends every scan until it is accepted, kills the service so often meanwhile, and
// counts what is there in the end.
func (m *measurement) killAgain(ctx context.Context, kills int) error {
	dir, err := os.MkdirTemp(m.work, "kills")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	data := filepath.Join(dir, "data")
	var at atomic.Pointer[server]
	begin := func() error {
		s, err := m.serve(ctx, data)
		if err == nil {
			at.Store(s)
		}
		return err
	}
	if err := begin(); err != nil {
		return err
	}
	defer func() { at.Load().kill() }()
	if err := m.addModel(ctx, at.Load(), "tap.model"); err != nil {
		return err
	}
	accepted := make([]string, m.scans)
	var refused atomic.Int64
	var group sync.WaitGroup
	var done atomic.Int64
	// A pace that lasts until the last kill.
	for c := range m.clients {
		group.Go(func() {
			for i := c; i < m.scans; i += m.clients {
				for accepted[i] == "" {
					var doc struct{ ID string }
					code, err := at.Load().ask(ctx, "POST", fmt.Sprintf("/api/v1/scans?part=tap&name=%d.pcd", i), m.contents[i%len(m.contents)], &doc)
					if err == nil && (code == 200 || code == 202) {
						accepted[i] = doc.ID
						done.Add(1)
					} else {
						refused.Add(1)
						time.Sleep(10 * time.Millisecond)
					}
				}
				time.Sleep(time.Duration(kills) * 20 * time.Millisecond)
			}
		})
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range kills {
		time.Sleep(time.Duration(5+r.IntN(900)) * time.Millisecond)
		at.Load().kill()
		if err := begin(); err != nil {
			return err
		}
	}
	group.Wait()
	list, failed, twice, err := m.entriesOf(ctx, at.Load())
	if err != nil {
		return err
	}
	there := map[string]bool{}
	for _, e := range list {
		there[e.ID] = true
	}
	lost := 0
	for _, id := range accepted {
		if !there[id] {
			lost++
		}
	}
	fmt.Printf("Killed %d times (SIGKILL) while %d clients sent %d scans, %d requests broken off or refused: %d entries, %d lost, %d\nentered twice, %d failed.\n", kills, m.clients, m.scans, refused.Load(), len(list), lost, twice, failed)
	if lost+twice+failed > 0 {
		return fmt.Errorf("%d lost, %d twice, %d failed", lost, twice, failed)
	}
	return nil
}

// entry is what a list tells of a scan.
type entry struct{ ID, Scan, Name, Verdict string }

// entriesOf waits until nothing waits any more and lists the entries; failed and twice count
// those that failed, and files that are there twice.
func (m *measurement) entriesOf(ctx context.Context, s *server) (entries []entry, failed, twice int, err error) {
	type page struct {
		Scans   []entry
		Next    string
		Waiting int
	}
	for at, more := "", true; more; {
		var list page
		if _, err := s.ask(ctx, "GET", "/api/v1/scans?limit=1000&after="+url.QueryEscape(at), nil, &list); err != nil {
			return nil, 0, 0, err
		}
		if at == "" && list.Waiting > 0 {
			time.Sleep(200 * time.Millisecond)
			continue
		}
		entries, at, more = append(entries, list.Scans...), list.Next, list.Next != ""
	}
	files := map[string]int{}
	for _, e := range entries {
		if e.Verdict == "failed" {
			failed++
		}
		if files[e.Scan]++; files[e.Scan] == 2 {
			twice++
		}
	}
	return entries, failed, twice, nil
}
