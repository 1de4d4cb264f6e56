package cli

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"blemish/internal/plainyaml"
)

// hostile are texts that a YAML parser has much to do with.
func hostile() map[string]string {
	laughs := "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 'b'; i < 'l'; i++ {
		laughs += fmt.Sprintf("%c: &%c [*%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c, *%c]\n", i, i, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1, i-1)
	}
	var stairs strings.Builder
	for i := range 350 {
		stairs.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	many := func(text string) string { return strings.Repeat(text, mostRecipe/len(text)) }
	return map[string]string{
		"laughs": laughs, "itself": "a: &a [*a]", "brackets": strings.Repeat("[", 50_000), "long": strings.Repeat("[", 500_000),
		"braces": many("{"), "pairs": many("{a: "), "dashes": many("- "), "questions": many("? "), "colons": many("a: "), "stairs": stairs.String(),
		"closed": strings.Repeat("[", 30_000) + strings.Repeat("]", 30_000), "quotes": many(`"`), "quote": `"` + many("a"), "pipes": many("|\n"),
		"tags": many("!!str "), "anchors": many("&a "), "aliases": many("*a "), "merge": "a: {<<: {b: 1}}", "documents": many("---\n"),
		"keys": "config: {" + many("a: 1, ") + "}", "zero": "a\x00b", "binary": "\xff\xfe\x01", "directive": many("%YAML 1.2\n"),
		"tabs": many("\t"), "comment": many("# x\n"), "folded": "a: >\n" + many("  x\n"), "list": "config: [" + many("1,") + "1]",
		"inf": "config: {learning_rate: .inf}", "nan": "config: {learning_rate: .nan}", "number": "config: {steps: 1" + strings.Repeat("0", 60_000) + "}",
		"hex": "config: {steps: 0x" + strings.Repeat("f", 60_000) + "}", "null": "config: {steps: ~}\ndetector: ~", "date": "config: {steps: 2001-12-14}",
	}
}

// A recipe is refused, or read, in a moment.
func TestHostileRecipes(t *testing.T) {
	dir := t.TempDir()
	run := func(name string, args ...string) {
		var out, err strings.Builder
		begun := time.Now()
		code := Main(context.Background(), args, strings.NewReader(""), &out, &err)
		if d := time.Since(begun); d > 10*time.Second {
			t.Errorf("%s takes %v", name, d)
		}
		if code != exitUsage && !(code == exitDone && (name == "comment" || name == "null" || name == "tabs" || name == "folded" || name == "documents")) {
			t.Errorf("%s: exit code %d: %.300s", name, code, err.String())
		}
		if len(err.String()) > 1500 {
			t.Errorf("%s: a message of %d bytes", name, err.Len())
		}
	}
	for name, text := range hostile() {
		file := filepath.Join(dir, name+".yaml")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		run(name, "train", "--print-config", "--detector", "imrnet", "--recipe", file)
		run(name+" as setting", "train", "--print-config", "--detector", "imrnet", "--set", "steps="+text)
		run(name+" as setting of pretrain", "pretrain", "-o", filepath.Join(dir, "w"), "--set", "steps="+text)
	}
}

// What a recipe prints is what it reads.
func TestRecipesReadWhatTheyPrint(t *testing.T) {
	for _, name := range []string{"deviation", "imrnet"} {
		print := func(args ...string) string {
			var out, err strings.Builder
			if code := Main(context.Background(), append([]string{"train", "--print-config"}, args...), strings.NewReader(""), &out, &err); code != exitDone {
				t.Fatal(err.String())
			}
			return out.String()
		}
		first := print("--detector", name)
		file := filepath.Join(t.TempDir(), "recipe.yaml")
		if err := os.WriteFile(file, []byte("# a comment\n"+first), 0o644); err != nil {
			t.Fatal(err)
		}
		if again := print("--recipe", file); again != first {
			t.Errorf("%s\n%s", first, again)
		}
	}
}

func FuzzRecipe(f *testing.F) {
	for _, text := range hostile() {
		if len(text) < 2000 {
			f.Add(text)
		}
	}
	f.Add("detector: imrnet\nconfig:\n  embed:\n  - 1\n  - 2\n  steps: 3 # c\n  pretrained: \"none\"\n")
	f.Add("{detector: deviation, config: {scales: [1, 8], disc: 1.5}}")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > mostRecipe {
			return
		}
		var r recipeFile
		if err := plainyaml.Decode([]byte(text), &r); err == nil {
			if _, err := settingsJSON(r.Config); err != nil {
				return
			}
		}
		if _, _, err := parseSetting("key=" + text); err != nil && len(err.Error()) > 1500 {
			t.Fatalf("a message of %d bytes", len(err.Error()))
		}
	})
}
