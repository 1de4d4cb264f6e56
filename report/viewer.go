package report

// The parts of the page that never change, and the policy that lets nothing
// else run.

import (
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"strings"

	"blemish/render"
)

//go:embed viewer
var viewerFiles embed.FS

// script is the viewer as one closed function. The order is that of use.
var script = func() string {
	var b strings.Builder
	b.WriteString("\"use strict\";\n(() => {\n")
	for _, name := range []string{"unpack", "colour", "camera", "draw", "stage", "hand", "legend", "panel", "start"} {
		b.Write(mustRead(name + ".js"))
	}
	b.WriteString("})();\n")
	return b.String()
}()

var style = string(mustRead("report.css"))

var pageTemplate = template.Must(template.New("report.html").Funcs(template.FuncMap{"word": verdictWord, "breakable": breakable}).Parse(string(mustRead("report.html"))))

func mustRead(name string) []byte {
	b, err := viewerFiles.ReadFile("viewer/" + name)
	if err != nil {
		panic("report: " + err.Error()) // embedded, so it is there
	}
	return b
}

// policy allows this one script, none where it is "", this one style sheet and embedded pictures, and
// forbids the network.
func policy(script string) string {
	hash := func(s string) string {
		sum := sha256.Sum256([]byte(s))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	scripts := ""
	if script != "" {
		scripts = "script-src " + hash(script) + "; "
	}
	return fmt.Sprintf("default-src 'none'; %sstyle-src %s; img-src data:; base-uri 'none'; form-action 'none'", scripts, hash(style))
}

// mapStops are the colour maps of package render as anchors for the script, so
// that pictures and viewer have the same colours.
func mapStops() map[string][]string {
	out := map[string][]string{}
	for name, m := range map[string]render.Colormap{"heat": render.Heat, "inferno": render.Inferno, "cividis": render.Cividis, "coolwarm": render.CoolWarm} {
		const stops = 24
		for i := 0; i <= stops; i++ {
			c := m.At(float64(i) / stops)
			out[name] = append(out[name], fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B))
		}
	}
	return out
}

// breakable lets a long name go on in the next line where its words end.
func breakable(name string) template.HTML {
	return template.HTML(strings.NewReplacer("_", "_<wbr>", "-", "-<wbr>", "/", "/<wbr>", ".", "<wbr>.").Replace(template.HTMLEscapeString(name)))
}

func verdictWord(v string) string {
	if v == "" {
		return "Failed"
	}
	return strings.ToUpper(v[:1]) + v[1:]
}
