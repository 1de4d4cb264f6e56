package external

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"blemish/detect"
	"blemish/format"
	"blemish/geom"
	"blemish/seed"
)

// The test binary is the program: BLEMISH_TOY says how it behaves.
func TestMain(m *testing.M) {
	if manner := os.Getenv("BLEMISH_TOY"); manner != "" {
		os.Exit(toy(manner, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// toy scores a point by its height above the highest that was learnt.
func toy(manner string, args []string) int {
	if args[0] == "train" {
		if manner == "cannot learn" {
			fmt.Fprintln(os.Stderr, "no weights at hand")
			return 3
		}
		if manner == "learns for ever" {
			time.Sleep(time.Hour)
		}
		files, _ := os.ReadDir(args[1])
		top := float32(0)
		for _, f := range files {
			scan, _, err := format.ReadCloud(filepath.Join(args[1], f.Name()))
			if err != nil {
				panic(err)
			}
			for _, p := range scan.Points {
				top = max(top, p.Z)
			}
		}
		fmt.Println("learnt", len(files), "scans")
		if err := os.WriteFile(args[2], []byte(fmt.Sprint(top, " ", os.Getenv("BLEMISH_SEED"), " ", os.Getenv("BLEMISH_CLASS"))), 0o644); err != nil {
			panic(err)
		}
		return 0
	}
	var top float32
	text, _ := os.ReadFile(args[1])
	fmt.Sscan(string(text), &top)
	asked := 0
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); asked++ {
		in, out, _ := strings.Cut(lines.Text(), "\t")
		scan, _, err := format.ReadCloud(in)
		if err != nil {
			panic(err)
		}
		scores, answer := strings.Builder{}, "ok"
		points := scan.Points
		switch manner {
		case "one too few":
			points = points[1:]
		case "talks":
			fmt.Println("progress: 100 %")
			fmt.Fprintln(os.Stderr, "a warning")
		case "gives up":
			answer = "error out of memory"
		case "dies once":
			if asked == 1 {
				fmt.Fprintln(os.Stderr, "Traceback: segmentation fault")
				return 9
			}
		case "hangs":
			time.Sleep(time.Hour)
		case "object":
			answer = "ok 7.5"
		case "nonsense":
			answer = "ok very bad"
		case "leaves":
			return 0
		}
		for i, p := range points {
			s := p.Z - top
			if manner == "not a number" && i == 5 {
				s = float32(math.NaN())
			}
			fmt.Fprintln(&scores, s)
		}
		if manner != "forgets" {
			if err := os.WriteFile(out, []byte(scores.String()), 0o644); err != nil {
				panic(err)
			}
		}
		fmt.Println(answer)
	}
	return 0
}

func plate(n int) *geom.Cloud {
	r := seed.Stream(3, "plate", n)
	c := &geom.Cloud{}
	for range n {
		c.Points = append(c.Points, geom.Vec3{X: float32(r.Float64()), Y: float32(r.Float64()), Z: float32(r.Float64())})
	}
	return c
}

// learn makes a model of the toy in a manner.
func learn(t *testing.T, manner string, limit time.Duration) (*Model, error) {
	t.Helper()
	t.Setenv("BLEMISH_TOY", manner)
	d, err := Parse("toy="+os.Args[0], limit, limit)
	if err != nil {
		t.Fatal(err)
	}
	m, err := d.Fit(t.Context(), []*geom.Cloud{plate(50), plate(60)}, detect.FitOptions{Class: "plate", Seed: 4})
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() { m.(*Model).Close() })
	return m.(*Model), nil
}

func TestAProgramLearnsAndScores(t *testing.T) {
	for _, manner := range []string{"plain", "talks", "object"} {
		m, err := learn(t, manner, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if kept, err := os.ReadFile(m.model()); err != nil || !strings.HasSuffix(string(kept), " 4 plate") {
			t.Errorf("the model is %q, %v", kept, err)
		}
		top := float32(0)
		for _, c := range []*geom.Cloud{plate(50), plate(60)} {
			for _, p := range c.Points {
				top = max(top, p.Z)
			}
		}
		for _, n := range []int{30, 500} { // one program judges both
			scan := plate(n)
			r, err := m.Score(t.Context(), scan)
			if err != nil {
				t.Fatal(err)
			}
			want := make([]float32, n)
			for i, p := range scan.Points {
				want[i] = p.Z - top
				if math.Abs(float64(r.Point[i]-want[i])) > 1e-6 {
					t.Fatalf("%s: point %d has %v, want %v", manner, i, r.Point[i], want[i])
				}
			}
			object := slices.Max(r.Point)
			if manner == "object" {
				object = 7.5
			}
			if r.Object != object || r.Verdict.String() != "" {
				t.Errorf("%s: the scan has %v %q, want %v", manner, r.Object, r.Verdict, object)
			}
		}
		if err := m.Save(nil); !errors.Is(err, detect.ErrNoModelFile) {
			t.Errorf("saving says %v", err)
		}
		if err := m.Close(); err != nil {
			t.Error(err)
		}
		if _, err := os.Stat(m.dir); err == nil {
			t.Error("the temporary folder has stayed")
		}
	}
}

func TestWhatAProgramDoesWrongIsTold(t *testing.T) {
	for manner, want := range map[string]string{
		"one too few":  "toy: 99 scores for the 100 points of the scan",
		"not a number": "toy: the score of point 5 is NaN",
		"gives up":     "toy could not judge it: out of memory",
		"nonsense":     `toy could not judge it: it answered "ok very bad"; want ok, or ok and the score of the scan`,
		"leaves":       "toy could not judge it: it ended without an answer; it said nothing",
		"forgets":      "toy: it said ok, but has written no scores",
	} {
		m, err := learn(t, manner, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 { // the second scan is judged all the same
			if _, err := m.Score(t.Context(), plate(100)); err == nil || err.Error() != want {
				t.Errorf("%s: got %v\nwant %s", manner, err, want)
			}
		}
	}
	_, err := learn(t, "cannot learn", time.Minute)
	if err == nil || err.Error() != "toy could not learn: exit status 3; it said:\n    no weights at hand" {
		t.Errorf("a program that cannot learn: %v", err)
	}
	d, err := Parse("nowhere='/no such program'", time.Minute, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Fit(t.Context(), []*geom.Cloud{plate(10)}, detect.FitOptions{}); err == nil || !strings.Contains(err.Error(), "nowhere cannot be run") {
		t.Errorf("no program: %v", err)
	}
	if _, err := d.Fit(t.Context(), nil, detect.FitOptions{}); !errors.Is(err, detect.ErrNoSoundScans) {
		t.Errorf("no scans: %v", err)
	}
}

func TestAProgramThatDiedIsStartedAgain(t *testing.T) {
	m, err := learn(t, "dies once", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 { // every second scan
		_, err := m.Score(t.Context(), plate(20))
		if i%2 == 0 && err != nil {
			t.Errorf("scan %d: %v", i, err)
		}
		if i%2 == 1 && (err == nil || err.Error() != "toy could not judge it: exit status 9; it said:\n    Traceback: segmentation fault") {
			t.Errorf("scan %d: %v", i, err)
		}
	}
}

func TestAProgramThatTakesTooLongIsEnded(t *testing.T) {
	_, err := learn(t, "learns for ever", 200*time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "toy could not learn: it took longer than 200ms") {
		t.Errorf("learning: %v", err)
	}
	m, err := learn(t, "hangs", 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if _, err := m.Score(t.Context(), plate(20)); err == nil || !strings.Contains(err.Error(), "it took longer than 2s") {
		t.Errorf("judging: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, stop)
	if _, err := m.Score(ctx, plate(20)); !errors.Is(err, context.Canceled) {
		t.Errorf("stopped: %v", err)
	}
	if spent := time.Since(begun); spent > 30*time.Second {
		t.Errorf("took %v", spent)
	}
}

func TestCommandsAreReadAsPeopleWriteThem(t *testing.T) {
	script := filepath.Join(t.TempDir(), "my detector.py")
	if err := os.WriteFile(script, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string][]string{
		"mine=python3 a.py --k 3":                  {"mine", "python3", "a.py", "--k", "3"},
		`a.b='two words' "it's"  x""y`:             {"a.b", "two words", "it's", "xy"},
		"python3 -u '" + script + "'":              {"my detector", "python3", "-u", script},
		`./prog.sh --alpha=3`:                      {"prog", "./prog.sh", "--alpha=3"},
		"empty=prog ''":                            {"empty", "prog", ""},
		"C=" + filepath.Join("c:", "x", "a.exe 1"): {"C", filepath.Join("c:", "x", "a.exe"), "1"},
	} {
		d, err := Parse(text, 1, 1)
		if err != nil || !slices.Equal(append([]string{d.name}, d.cfg.Command...), want) {
			t.Errorf("%s: %v, %v", text, d, err)
		}
	}
	for text, want := range map[string]string{"": "no command", "a=' x": "does not end", "  ": "no command"} {
		if _, err := Parse(text, 1, 1); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := Parse("a=b", 0, 1); err == nil {
		t.Error("a limit of 0 is taken")
	}
}

// TestTheExampleInPython finds a bump with the script that the documentation shows.
func TestTheExampleInPython(t *testing.T) {
	python := ""
	for _, p := range []string{os.Getenv("BLEMISH_PYTHON"), "python3", "/usr/bin/python3"} {
		if p != "" && python == "" && exec.Command(p, "-c", "import numpy").Run() == nil {
			python = p
		}
	}
	if python == "" {
		t.Skip("no python3 with NumPy; BLEMISH_PYTHON may name one")
	}
	d, err := Parse(fmt.Sprintf("shape='%s' '%s'", python, filepath.Join("..", "..", "scripts", "external_example.py")), time.Minute, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	var sound []*geom.Cloud
	for i := range 2 {
		sound = append(sound, sphere(i, false))
	}
	m, err := d.Fit(t.Context(), sound, detect.FitOptions{Class: "sphere", Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer m.(*Model).Close()
	good, err := m.Score(t.Context(), sphere(2, false))
	if err != nil {
		t.Fatal(err)
	}
	bad, err := m.Score(t.Context(), sphere(3, true))
	if err != nil {
		t.Fatal(err)
	}
	if !(bad.Object > 1.5*good.Object) {
		t.Errorf("the sound sphere has %v, the one with a spike %v", good.Object, bad.Object)
	}
	// The highest of its points are those of the spike.
	highest := slices.Index(bad.Point, slices.Max(bad.Point))
	if p := sphere(3, true).Points[highest]; p.Z < 0.8 {
		t.Errorf("the highest score is at %v", p)
	}
}

// sphere has 1,500 points, and a spike on top.
func sphere(i int, spike bool) *geom.Cloud {
	r := seed.Stream(5, "sphere", i)
	c := &geom.Cloud{}
	for range 1500 {
		x, y, z := r.Direction()
		p := geom.Vec{X: x, Y: y, Z: z}
		if spike && p.Z > 0.95 {
			p = p.Scale(1 + 8*(p.Z-0.95))
		}
		c.Points = append(c.Points, p.F())
	}
	return c
}
