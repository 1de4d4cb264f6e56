// Command kills watches a folder under load and kills the watcher with SIGKILL at random
// moments: it counts what was lost, what is there twice, and which reports are not whole.
package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"blemish/format"
	"blemish/history"
	"blemish/report"
)

var (
	binary = flag.String("blemish", "", "the program")
	model  = flag.String("model", "", "the model")
	scans  = flag.String("scans", "", "folder with PLY scans, as text")
	dir    = flag.String("dir", "", "folder to work in")
	kills  = flag.Int("kills", 50, "how often the watcher is killed")
	every  = flag.Duration("every", 300*time.Millisecond, "time between two new files")
	seed   = flag.Uint64("seed", 1, "root of the random moments")
)

// sent is every content that was put into the folder, and under how many names.
type sent struct {
	names  int
	hashes map[string]int
}

func main() {
	flag.Parse()
	log.SetFlags(0)
	inbox := filepath.Join(*dir, "inbox")
	check(os.MkdirAll(inbox, 0o755))
	random := rand.New(rand.NewPCG(*seed, 0))
	ctx, stop := context.WithCancel(context.Background())
	var all sent
	var writing sync.WaitGroup
	writing.Go(func() { all = write(ctx, inbox, rand.New(rand.NewPCG(*seed, 1))) })

	done := 0
	for range *kills {
		cmd := watcher(inbox, "--patience", "1h")
		check(cmd.Start())
		time.Sleep(time.Duration(random.Int64N(int64(3 * time.Second))))
		check(cmd.Process.Kill())
		if err := cmd.Wait(); err == nil {
			log.Fatal("the watcher ended by itself")
		}
		done++
	}
	stop()
	writing.Wait()
	last := watcher(inbox, "--once")
	last.Stderr = os.Stderr
	check(last.Run())
	look(inbox, all, done)
}

func watcher(inbox string, more ...string) *exec.Cmd {
	args := append([]string{"watch", inbox, "--model", *model, "--settle", "60ms", "--poll", "200ms", "--quiet"}, more...)
	return exec.Command(*binary, args...)
}

// write puts files into the folder until ctx ends: whole ones by renaming, others in pieces
// with pauses longer than the settling time, every fifth content once more under another name.
func write(ctx context.Context, inbox string, random *rand.Rand) sent {
	files, err := filepath.Glob(filepath.Join(*scans, "*.ply"))
	check(err)
	if len(files) == 0 {
		log.Fatal("no PLY scans in ", *scans)
	}
	all := sent{hashes: map[string]int{}}
	var slow sync.WaitGroup
	for n := 0; ctx.Err() == nil; n++ {
		text, err := os.ReadFile(files[random.IntN(len(files))])
		check(err)
		// A comment of its own makes it a file of its own.
		text = bytes.Replace(text, []byte("\nelement "), fmt.Appendf(nil, "\ncomment number %d\nelement ", n), 1)
		copies := 1
		if n%5 == 4 {
			copies = 2
		}
		sum := sha256.Sum256(text)
		all.hashes[hex.EncodeToString(sum[:])] += copies
		for c := range copies {
			all.names++
			path := filepath.Join(inbox, fmt.Sprintf("scan%04d-%d.ply", n, c))
			if random.IntN(3) > 0 {
				check(os.WriteFile(path+".part", text, 0o644))
				check(os.Rename(path+".part", path))
				continue
			}
			pieces := 2 + random.IntN(4)
			slow.Go(func() {
				f, err := os.Create(path)
				check(err)
				for i := range pieces {
					_, err := f.Write(text[i*len(text)/pieces : (i+1)*len(text)/pieces])
					check(err)
					time.Sleep(150 * time.Millisecond)
				}
				check(f.Close())
			})
		}
		time.Sleep(*every)
	}
	slow.Wait()
	return all
}

// look compares what is there with what was sent.
func look(inbox string, all sent, killed int) {
	found := map[string]int{}
	left, err := filepath.Glob(filepath.Join(inbox, "*.ply"))
	check(err)
	drafts, err := filepath.Glob(filepath.Join(inbox, "reports", ".blemish-*"))
	check(err)
	for _, verdict := range []string{"sound", "defective", "unsure", "failed"} {
		files, err := filepath.Glob(filepath.Join(inbox, verdict, "*"))
		check(err)
		for _, f := range files {
			sum, err := format.HashFile(f)
			check(err)
			found[sum]++
		}
	}
	lost, twice := 0, 0
	for sum, names := range all.hashes {
		lost += max(0, names-found[sum])
		twice += max(0, found[sum]-names)
	}
	ctx := context.Background()
	store, err := history.Open(ctx, filepath.Join(inbox, "reports", "history.db"))
	check(err)
	defer store.Close()
	entries, missing, double, failed := map[string]int{}, 0, 0, 0
	for after := ""; ; {
		page, next, err := store.List(ctx, history.Filter{}, history.Page{Limit: history.MostPage, After: after})
		check(err)
		for _, e := range page {
			entries[e.Scan]++
			if e.Verdict == history.Failed {
				failed++
			}
		}
		if after = next; next == "" {
			break
		}
	}
	for sum := range all.hashes {
		missing += max(0, 1-entries[sum])
		double += max(0, entries[sum]-1)
	}
	reports, broken := map[string]int{}, 0
	folders, err := filepath.Glob(filepath.Join(inbox, "reports", "scan*"))
	check(err)
	for _, folder := range folders {
		scan, err := whole(folder)
		if err != nil {
			log.Print(folder, ": ", err)
			broken++
			continue
		}
		reports[scan]++
	}
	without, again := 0, 0
	for sum := range all.hashes {
		without += max(0, 1-reports[sum])
		again += max(0, reports[sum]-1)
	}
	fmt.Printf("| kills | files | scans | files lost | files twice | scans without an entry | with two | failed | reports missing | twice | not whole | drafts left |\n|%s\n", strings.Repeat("---|", 12))
	fmt.Printf("| %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d | %d |\n", killed, all.names, len(all.hashes), lost+len(left), twice, missing, double+len(entries)-len(all.hashes), failed, without, again, broken, len(drafts))
	if lost+len(left)+twice+missing+double+failed+without+again+broken+len(drafts) > 0 || len(entries) != len(all.hashes) {
		os.Exit(1)
	}
}

// whole reads all that a report has, and returns the hash of its scan.
func whole(dir string) (string, error) {
	in, err := os.Open(filepath.Join(dir, "results.json"))
	if err != nil {
		return "", err
	}
	defer in.Close()
	doc, err := report.ReadPredict(in, "results.json")
	if err != nil {
		return "", err
	}
	if len(doc.Scans) != 1 {
		return "", fmt.Errorf("%d scans", len(doc.Scans))
	}
	stem := strings.TrimSuffix(doc.Scans[0].File, ".ply")
	if _, _, err := format.ReadCloud(filepath.Join(dir, stem+".ply")); err != nil {
		return "", err
	}
	for _, name := range []string{"report.html", "results.csv", stem + ".npy", "pictures/" + stem + ".png"} {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || info.Size() == 0 {
			return "", fmt.Errorf("%s is not there, or empty", name)
		}
	}
	return doc.Scans[0].SHA256, nil
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
