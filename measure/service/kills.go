package main

import (
	"context"
	"fmt"
	"math/rand/v2"
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
	if err := m.addModel(ctx, at.Load()); err != nil {
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
	var list struct {
		Scans   []struct{ ID, Scan, Verdict string }
		Waiting int
	}
	for {
		if _, err := at.Load().ask(ctx, "GET", "/api/v1/scans?limit=1000", nil, &list); err != nil {
			return err
		}
		if list.Waiting == 0 {
			break
		}
		time.Sleep(200 * time.Millisecond)
	}
	there, files, failed := map[string]int{}, map[string]int{}, 0
	for _, e := range list.Scans {
		there[e.ID]++
		files[e.Scan]++
		if e.Verdict == "failed" {
			failed++
		}
	}
	lost, twice := 0, 0
	for _, id := range accepted {
		if there[id] == 0 {
			lost++
		}
	}
	for _, n := range files {
		if n > 1 {
			twice++
		}
	}
	fmt.Printf("Killed %d times (SIGKILL) while %d clients sent %d scans, %d requests broken off or refused: %d entries, %d lost, %d\nentered twice, %d failed.\n", kills, m.clients, m.scans, refused.Load(), len(list.Scans), lost, twice, failed)
	if lost+twice+failed > 0 {
		return fmt.Errorf("%d lost, %d twice, %d failed", lost, twice, failed)
	}
	return nil
}
