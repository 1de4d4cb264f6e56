package external

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"blemish/detect"
	"blemish/format"
	"blemish/geom"
)

// Config is the program and how long it may take.
type Config struct {
	Command []string `json:"command"` // the program and its first arguments
	// TrainLimit and ScanLimit are how long learning a class and judging a scan may take.
	TrainLimit Duration `json:"train_limit"`
	ScanLimit  Duration `json:"scan_limit"`
}

// Duration is written as people write it: "10m0s".
type Duration time.Duration

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) { return []byte(time.Duration(d).String()), nil }

// Detector is a program under the name that tables give it.
type Detector struct {
	name string
	cfg  Config
}

var named = regexp.MustCompile(`^([A-Za-z0-9][A-Za-z0-9_.-]*)=(.+)$`)

// Parse reads "NAME=COMMAND", or a command alone, which is called after its last word that
// is a file. Words are parted by spaces; quotes keep them together.
func Parse(text string, train, scan time.Duration) (*Detector, error) {
	name, command := "", text
	if m := named.FindStringSubmatch(text); m != nil {
		name, command = m[1], m[2]
	}
	words, err := split(command)
	if err != nil {
		return nil, err
	}
	if len(words) == 0 {
		return nil, errors.New("no command; want NAME=COMMAND, such as mine='python3 mine.py'")
	}
	if train <= 0 || scan <= 0 {
		return nil, fmt.Errorf("limits of %v and %v: want more than 0", train, scan)
	}
	if name == "" {
		at := words[0]
		for _, w := range words[1:] {
			if info, err := os.Stat(w); err == nil && info.Mode().IsRegular() {
				at = w
			}
		}
		name = strings.TrimSuffix(filepath.Base(at), filepath.Ext(at))
	}
	return &Detector{name, Config{words, Duration(train), Duration(scan)}}, nil
}

// split parts a command into words. Within quotes of either kind all is as it stands.
func split(command string) ([]string, error) {
	var words []string
	var word strings.Builder
	quote, inside := rune(0), false
	for _, r := range command {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '"' || r == '\'':
			quote, inside = r, true
		case r == ' ' || r == '\t' || r == '\n':
			if inside {
				words = append(words, word.String())
				word.Reset()
				inside = false
			}
		default:
			word.WriteRune(r)
			inside = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("%s: the quote %c does not end", command, quote)
	}
	if inside {
		words = append(words, word.String())
	}
	return words, nil
}

// Name implements detect.Detector.
func (d *Detector) Name() string { return d.name }

// Config implements detect.Detector.
func (d *Detector) Config() any { return d.cfg }

// Fit runs "COMMAND train FOLDER MODEL". The model holds a folder for temporary files until
// it is closed.
func (d *Detector) Fit(ctx context.Context, sound []*geom.Cloud, opt detect.FitOptions) (detect.Model, error) {
	if len(sound) == 0 {
		return nil, detect.ErrNoSoundScans
	}
	dir, err := os.MkdirTemp("", "blemish-external-")
	if err != nil {
		return nil, err
	}
	m := &Model{name: d.name, cfg: d.cfg, dir: dir, env: append(os.Environ(),
		fmt.Sprintf("BLEMISH_SEED=%d", opt.Seed), "BLEMISH_CLASS="+opt.Class, fmt.Sprintf("BLEMISH_WORKERS=%d", opt.Workers))}
	if err := m.train(ctx, sound); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

func (m *Model) train(ctx context.Context, sound []*geom.Cloud) error {
	folder := filepath.Join(m.dir, "sound")
	if err := os.Mkdir(folder, 0o755); err != nil {
		return err
	}
	for i, c := range sound {
		if err := writeScan(filepath.Join(folder, fmt.Sprintf("%04d.npy", i)), c); err != nil {
			return err
		}
	}
	limit := time.Duration(m.cfg.TrainLimit)
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("it took longer than %v", limit))
	defer cancel()
	p, err := m.start(ctx, "train", folder, m.model())
	if err != nil {
		return err
	}
	p.stdin.Close()
	for line, ok := p.next(ctx); ok; line, ok = p.next(ctx) {
		p.tail.note(line)
	}
	if err := p.end(ctx); err != nil {
		return fmt.Errorf("%s could not learn: %w", m.name, err)
	}
	m.saw(p)
	return os.RemoveAll(folder)
}

// writeScan writes the coordinates of a cloud: N × 3 float32.
func writeScan(file string, c *geom.Cloud) error {
	data := make([]float32, 0, 3*c.Len())
	for _, p := range c.Points {
		data = append(data, p.X, p.Y, p.Z)
	}
	return writeFile(file, func(w io.Writer) error { return format.WriteNPY(w, data, c.Len(), 3) })
}
