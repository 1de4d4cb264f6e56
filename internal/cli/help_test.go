package cli

import (
	"bytes"
	"os"
	"strings"
	"testing"

	"blemish/format"
)

// Every verb begins its help with a sentence, and shows three examples at least,
// each a command line that the verb's own flags and arguments accept.
func TestEveryVerbExplainsItself(t *testing.T) {
	e := &env{stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	for _, verb := range verbs(e) {
		name := verb.Name()
		sentence, _, _ := strings.Cut(verb.Long, "\n")
		if len(sentence) < 20 || !strings.HasSuffix(sentence, ".") || verb.Short == "" {
			t.Errorf("%s: help begins with %q", name, sentence)
		}
		examples := strings.Split(verb.Example, "\n")
		if len(examples) < 3 {
			t.Errorf("%s: %d examples", name, len(examples))
		}
		for _, line := range examples {
			words := strings.Fields(line)
			for len(words) > 0 && strings.Contains(words[0], "=") {
				words = words[1:] // an environment variable
			}
			if len(words) < 2 || words[0] != "blemish" {
				t.Errorf("%s: %q is no example", name, line)
				continue
			}
			root := newRoot(&env{stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}})
			cmd, rest, err := root.Find(words[1:])
			if err != nil || cmd.Name() != words[1] {
				t.Errorf("%s: %q names no verb", name, line)
				continue
			}
			if err := cmd.ParseFlags(rest); err != nil {
				t.Errorf("%s: %q: %v", name, line, err)
				continue
			}
			if cmd.Args != nil {
				if err := cmd.Args(cmd, cmd.Flags().Args()); err != nil {
					t.Errorf("%s: %q: %v", name, line, err)
				}
			}
		}
	}
}

// Each verb of the manual is there.
func TestVerbsOfTheManual(t *testing.T) {
	e := &env{stdin: os.Stdin, stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}}
	have := map[string]bool{}
	for _, v := range verbs(e) {
		have[v.Name()] = true
	}
	for _, name := range []string{"demo", "synth", "inspect", "train", "predict", "evaluate", "benchmark", "convert", "sample", "features", "register", "distance", "render", "version"} {
		if !have[name] {
			t.Errorf("there is no verb %s", name)
		}
	}
}

// Flags stand as the verb lists them, the most needed first, and not by the alphabet.
func TestHelpKeepsTheOrderOfFlags(t *testing.T) {
	var out, errors bytes.Buffer
	if code := Main(t.Context(), []string{"train", "--help"}, nil, &out, &errors); code != exitDone {
		t.Fatal(errors.String())
	}
	at := 0
	for _, next := range []string{"Where from and where to:", "--sound", "--cad", "--out", "--class", "How:", "--tolerance", "--detector", "--set", "--resume", "Everywhere:"} {
		i := strings.Index(out.String()[at:], next+" ")
		if strings.HasSuffix(next, ":") {
			i = strings.Index(out.String()[at:], "\n"+next+"\n")
		}
		if i < 0 {
			t.Fatalf("%s is not where it should be in\n%s", next, out.String())
		}
		at += i
	}
}

// The help of convert names every extension and encoding that files are written in.
func TestConvertNamesEveryFormat(t *testing.T) {
	var out bytes.Buffer
	if code := Main(t.Context(), []string{"convert", "--help"}, strings.NewReader(""), &out, &out); code != exitDone {
		t.Fatal(code, out.String())
	}
	for _, list := range []string{format.WritableCloud.String(), format.WritableMesh.String(), format.EncodingList()} {
		if !strings.Contains(out.String(), list) {
			t.Errorf("the help of convert does not name %s", list)
		}
	}
}
