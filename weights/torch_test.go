package weights

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// The checkpoints of testdata were written by PyTorch, each with what PyTorch reads
// from it (make_checkpoints.py).

func TestTorchCheckpoints(t *testing.T) {
	cases := []struct {
		file, want, section string
		left                []string
	}{
		{"pointmae", "pointmae", "base_model", []string{"optimizer", "epoch", "metrics", "best_metrics"}},
		{"pointmae_legacy", "pointmae", "base_model", []string{"optimizer", "epoch", "metrics", "best_metrics"}},
		{"pointmae_protocol4", "pointmae", "base_model", []string{"optimizer", "epoch", "metrics", "best_metrics"}},
		{"numbers", "numbers", "", nil},
		{"numbers_legacy", "numbers", "", nil},
		{"views", "views", "", []string{"number"}},
		{"views_legacy", "views", "", []string{"number"}},
	}
	for _, c := range cases {
		t.Run(c.file, func(t *testing.T) {
			got, err := ReadTorch(filepath.Join("testdata", c.file+".pth"))
			if err != nil {
				t.Fatal(err)
			}
			want, err := Read(filepath.Join("testdata", c.want+".safetensors"))
			if err != nil {
				t.Fatal(err)
			}
			if got.Section != c.section || !slices.Equal(got.Left, c.left) {
				t.Errorf("section %q, left out %q", got.Section, got.Left)
			}
			if len(got.Tensors) != len(want.Tensors) {
				t.Errorf("%d tensors, want %d", len(got.Tensors), len(want.Tensors))
			}
			for _, w := range want.Tensors {
				g := got.Find(w.Name)
				if g == nil {
					t.Fatalf("%s is missing", w.Name)
				}
				if !slices.Equal(g.Shape, w.Shape) || !slices.EqualFunc(g.Data, w.Data, func(a, b float32) bool { return math.Float32bits(a) == math.Float32bits(b) }) {
					t.Errorf("%s: %v %v, want %v %v", w.Name, g.Shape, g.Data, w.Shape, w.Data)
				}
				if g.Half != (w.Name == "f16") {
					t.Errorf("%s: half precision %v", w.Name, g.Half)
				}
			}
		})
	}
}

func TestTorchRefusals(t *testing.T) {
	cases := []struct{ file, says string }{
		{"hostile.pth", `asks for "posix.system"`},
		{"hostile_legacy.pth", `asks for "posix.system"`},
		{"hostile.pickle", "not one that torch.save wrote"},
		{"module.pth", `asks for "torch.nn.modules.linear.Linear"`},
		{"script.pth", "TorchScript"},
		{"list.pth", "holds a list, want a dictionary"},
		{"two.pth", "no state dictionary in it, only: model_a, model_b, epoch"},
		{"make_checkpoints.py", "neither a zip archive nor a pickle"},
	}
	for _, c := range cases {
		path := filepath.Join("testdata", c.file)
		_, err := ReadTorch(path)
		if !errors.Is(err, ErrTorch) || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: error %v, want one that says %q", c.file, err, c.says)
		}
	}
}

// TestTorchCutAnywhere cuts files at every byte: an error each time, no panic.
func TestTorchCutAnywhere(t *testing.T) {
	for _, name := range []string{"views.pth", "views_legacy.pth", "numbers_legacy.pth"} {
		whole, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		for n := range whole {
			if _, err := decodeTorch(whole[:n]); !errors.Is(err, ErrTorch) {
				t.Errorf("%s cut after %d of %d bytes: %v", name, n, len(whole), err)
			}
		}
	}
}

func decodeTorch(file []byte) (*Checkpoint, error) {
	return DecodeTorch(bytes.NewReader(file), int64(len(file)))
}

// program is a pickle in the making.
type program struct{ bytes.Buffer }

func (p *program) text(s string) *program {
	fmt.Fprintf(p, "X%c%c\x00\x00%s", len(s)&255, len(s)>>8, s)
	return p
}

func (p *program) code(s string) *program {
	p.WriteString(s)
	return p
}

// tensor writes {"x": a tensor} over a storage of count values.
func tensorProgram(count, offset byte, shape, stride string) []byte {
	var p program
	p.code("\x80\x02}").text("x").code("ctorch._utils\n_rebuild_tensor_v2\n((")
	p.text("storage").code("ctorch\nFloatStorage\n").text("0").text("cpu").code("K" + string(rune(count)) + "tQ")
	p.code("K" + string(rune(offset)) + shape + stride + "\x89}tRs.")
	return p.Bytes()
}

// archive makes the zip format from a pickle and one storage.
func archive(t testing.TB, method uint16, pickle, storage []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, data := range map[string][]byte{"m/data.pkl": pickle, "m/data/0": storage} {
		e, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		e.Write(data)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTorchHostileShapes(t *testing.T) {
	good := archive(t, zip.Store, tensorProgram(6, 1, "K\x02K\x02\x86", "K\x02K\x01\x86"), make([]byte, 24))
	if c, err := decodeTorch(good); err != nil || !slices.Equal(c.Find("x").Shape, []int{2, 2}) {
		t.Fatalf("%v: the cases below would prove nothing", err)
	}
	cases := []struct {
		name, says string
		file       []byte
	}{
		{"beyond the end", "reaches beyond its storage", archive(t, zip.Store, tensorProgram(6, 3, "K\x02K\x02\x86", "K\x02K\x01\x86"), make([]byte, 24))},
		{"starts beyond", "starts at value 7", archive(t, zip.Store, tensorProgram(6, 7, "K\x01\x85", "K\x01\x85"), make([]byte, 24))},
		{"negative", "impossible shape", archive(t, zip.Store, tensorProgram(6, 0, "J\xff\xff\xff\xff\x85", "K\x01\x85"), make([]byte, 24))},
		{"backwards", "impossible shape", archive(t, zip.Store, tensorProgram(6, 0, "K\x02\x85", "J\xff\xff\xff\xff\x85"), make([]byte, 24))},
		{"overflow", "impossible shape", archive(t, zip.Store, tensorProgram(6, 0, "J\xff\xff\xff\x7fJ\xff\xff\xff\x7fJ\xff\xff\xff\x7f\x87", "K\x00K\x00K\x00\x87"), make([]byte, 24))},
		{"one value two thousand million times", "many times the file's size", archive(t, zip.Store, tensorProgram(6, 0, "J\xff\xff\xff\x7f\x85", "K\x00\x85"), make([]byte, 24))},
		{"strides do not fit", "with strides", archive(t, zip.Store, tensorProgram(6, 0, "K\x02\x85", "K\x02K\x01\x86"), make([]byte, 24))},
		{"short storage", "20 bytes, want 6 values", archive(t, zip.Store, tensorProgram(6, 0, "K\x02\x85", "K\x01\x85"), make([]byte, 20))},
		{"compressed", "compressed", archive(t, zip.Deflate, tensorProgram(6, 0, "K\x02\x85", "K\x01\x85"), make([]byte, 24))},
		{"list within itself", "holds a list", archive(t, zip.Store, []byte("\x80\x02]q\x00h\x00a."), nil)},
		{"dictionary within itself", "no state dictionary", archive(t, zip.Store, []byte("\x80\x02}q\x00X\x01\x00\x00\x00ah\x00s."), nil)},
		{"a text of four gigabytes", "ends", archive(t, zip.Store, []byte("\x80\x02X\xff\xff\xff\xffa"), nil)},
		{"empty stack", "nothing left on the stack", archive(t, zip.Store, []byte("\x80\x02R."), nil)},
		{"mark as value", "a mark where", archive(t, zip.Store, []byte("\x80\x02(."), nil)},
		{"no mark", "no mark", archive(t, zip.Store, []byte("\x80\x02Nt."), nil)},
		{"unknown memory", "nothing was remembered", archive(t, zip.Store, []byte("\x80\x02h\x07."), nil)},
		{"unknown opcode", "opcode 0x69", archive(t, zip.Store, []byte("\x80\x02ios\nsystem\n."), nil)},
		{"call of a text", "a call of", archive(t, zip.Store, []byte("\x80\x02X\x01\x00\x00\x00a)R."), nil)},
		{"stack global", `asks for "builtins.eval"`, archive(t, zip.Store, []byte("\x80\x04\x8c\x08builtins\x8c\x04eval\x93."), nil)},
		{"endless", "more than", archive(t, zip.Store, bytes.Repeat([]byte{'N'}, maxSteps+1), nil)},
		{"not an archive of torch", "without the data.pkl", archiveOf(t, "a.txt")},
	}
	for _, c := range cases {
		_, err := decodeTorch(c.file)
		if !errors.Is(err, ErrTorch) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.says)
		}
	}
}

func archiveOf(t *testing.T, name string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if _, err := w.Create(name); err != nil {
		t.Fatal(err)
	}
	w.Close()
	return b.Bytes()
}

// TestTorchMemory reads many tensors that overlap, and a pickle that makes as many
// objects as it may: neither costs more than a multiple of the file.
func TestTorchMemory(t *testing.T) {
	var p program
	p.code("\x80\x02}(")
	for i := range 2000 { // each the whole storage: 2000 times 400 kB
		p.text(fmt.Sprint(i)).code("ctorch._utils\n_rebuild_tensor_v2\n((")
		p.text("storage").code("ctorch\nFloatStorage\n").text("0").text("cpu").code("J\xa0\x86\x01\x00tQK\x00J\xa0\x86\x01\x00\x85K\x01\x85tR")
	}
	p.code("u.")
	overlap := archive(t, zip.Store, p.Bytes(), make([]byte, 400000))
	objects := archive(t, zip.Store, append(bytes.Repeat([]byte{'}'}, maxSteps-1), '.'), nil)
	for name, file := range map[string][]byte{"overlap": overlap, "objects": objects} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := decodeTorch(file)
		runtime.ReadMemStats(&after)
		if err == nil {
			t.Errorf("%s: no error", name)
		}
		if mb := (after.TotalAlloc - before.TotalAlloc) >> 20; mb > 300 {
			t.Errorf("%s: %d MB allocated for a file of %d kB", name, mb, len(file)>>10)
		}
	}
}

func TestIsTorch(t *testing.T) {
	for name, want := range map[string]bool{"views.pth": true, "views_legacy.pth": true, "views.safetensors": false, "make_checkpoints.py": false} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		if IsTorch(b[:16]) != want {
			t.Errorf("%s: %v", name, !want)
		}
	}
	if IsTorch(nil) || IsTorch([]byte{0x80}) {
		t.Error("an empty file is no checkpoint")
	}
}

func FuzzDecodeTorch(f *testing.F) {
	paths, err := filepath.Glob("testdata/*.p[ti][hc]*")
	if err != nil || len(paths) < 10 {
		f.Fatal(len(paths), err)
	}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		if len(b) < 5000 {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := decodeTorch(file)
		if err != nil {
			if !errors.Is(err, ErrTorch) {
				t.Fatal(err)
			}
			return
		}
		for _, x := range c.Tensors {
			if n, ok := volume(x.Shape); !ok || n != len(x.Data) {
				t.Fatalf("%q: %d values for %v", x.Name, len(x.Data), x.Shape)
			}
		}
	})
}

// FuzzUnpickle runs the machine without an archive around it.
func FuzzUnpickle(f *testing.F) {
	f.Add(tensorProgram(6, 1, "K\x02K\x02\x86", "K\x02K\x01\x86"))
	f.Add([]byte("\x80\x04\x95\x00\x00\x00\x00\x00\x00\x00\x00\x8c\x01a\x94\x8a\x01\xffG\x00\x00\x00\x00\x00\x00\x00\x00\x87."))
	f.Fuzz(func(t *testing.T, data []byte) {
		file := &torchFile{storages: map[string]*torchStorage{}}
		if _, n, err := unpickle(data, file.storage); err == nil && n > len(data) {
			t.Fatalf("%d of %d bytes", n, len(data))
		}
	})
}
