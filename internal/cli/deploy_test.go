package cli

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/nats-io/nats-server/v2/server"
)

// understood checks a command line as a container has it: verb, flags and their values,
// arguments.
func understood(t *testing.T, words []string) {
	t.Helper()
	root := newRoot(&env{stdin: strings.NewReader(""), stdout: &bytes.Buffer{}, stderr: &bytes.Buffer{}})
	cmd, rest, err := root.Find(words)
	if err != nil || cmd == root {
		t.Errorf("%q names no verb: %v", words, err)
		return
	}
	if err := cmd.ParseFlags(rest); err != nil {
		t.Errorf("%q: %v", words, err)
		return
	}
	if cmd.Args != nil {
		if err := cmd.Args(cmd, cmd.Flags().Args()); err != nil {
			t.Errorf("%q: %v", words, err)
		}
	}
}

func deployed(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// The command lines in the comments of the files, and of docs/scale.md, are understood too.
func TestCommandsOfTheDeploymentAreUnderstood(t *testing.T) {
	var compose struct {
		Services map[string]struct {
			Image   string
			Build   struct{ Context, Dockerfile string }
			Command []string
			Volumes []string
			Ports   []string
		}
		Volumes map[string]any
	}
	// What a service says itself comes after what all have, and counts.
	if err := yaml.UnmarshalWithOptions(deployed(t, "compose.yaml"), &compose, yaml.AllowDuplicateMapKey()); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"serve", "token", "work", "watch"} {
		if _, ok := compose.Services[want]; !ok {
			t.Errorf("compose.yaml has no service %s", want)
		}
	}
	for name, s := range compose.Services {
		understood(t, s.Command)
		if s.Image != "blemish" || len(s.Volumes) == 0 {
			t.Errorf("%s: image %q, volumes %v", name, s.Image, s.Volumes)
		}
		if _, err := os.Stat(filepath.Join("..", "..", "deploy", s.Build.Context, s.Build.Dockerfile)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, v := range s.Volumes {
			from, to, _ := strings.Cut(v, ":")
			if _, ok := compose.Volumes[from]; !ok && !strings.HasPrefix(from, "./") {
				t.Errorf("%s: volume %s is not declared", name, from)
			}
			if !strings.Contains(strings.Join(s.Command, " "), to) {
				t.Errorf("%s: nothing uses %s", name, to)
			}
		}
		for _, p := range s.Ports {
			_, inside, _ := strings.Cut(p, ":")
			if !strings.Contains(strings.Join(s.Command, " "), ":"+inside) {
				t.Errorf("%s: nothing listens at %s", name, inside)
			}
		}
	}
	line := regexp.MustCompile(`docker compose run --rm (?:-v \S+ )*work (.*)`)
	for _, found := range line.FindAllSubmatch(deployed(t, "compose.yaml"), -1) {
		understood(t, strings.Fields(string(found[1])))
	}
}

// pod is what is looked at of a Kubernetes document with pods.
type pod struct {
	Metadata struct{ Labels map[string]string }
	Spec     struct {
		Containers []struct {
			Name, Image string
			Args        []string
			Ports       []struct {
				Name          string
				ContainerPort int `yaml:"containerPort"`
			}
			VolumeMounts []struct {
				Name      string
				MountPath string `yaml:"mountPath"`
			} `yaml:"volumeMounts"`
		}
		Volumes []struct {
			Name  string
			Claim struct {
				Name string `yaml:"claimName"`
			} `yaml:"persistentVolumeClaim"`
		}
	}
}

type kubernetes struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name string }
	Spec       struct {
		Selector map[string]any
		Template pod
		Ports    []struct {
			Name       string
			Port       int
			TargetPort any `yaml:"targetPort"`
		}
		Claims []struct{ Metadata struct{ Name string } } `yaml:"volumeClaimTemplates"`
	}
}

func TestKubernetesHoldsTogether(t *testing.T) {
	var docs []kubernetes
	decoder := yaml.NewDecoder(bytes.NewReader(deployed(t, "kubernetes.yaml")))
	for {
		var d kubernetes
		err := decoder.Decode(&d)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, d)
	}
	claims, labels, kinds, hosts := map[string]bool{}, map[string][]string{}, map[string]int{}, map[string]string{}
	for _, d := range docs {
		name := d.Kind + " " + d.Metadata.Name
		if d.APIVersion == "" || d.Kind == "" || d.Metadata.Name == "" {
			t.Errorf("a document without apiVersion, kind or name: %+v", d)
		}
		kinds[d.Kind]++
		switch d.Kind {
		case "PersistentVolumeClaim":
			claims[d.Metadata.Name] = true
		case "Deployment", "StatefulSet":
			match, _ := d.Spec.Selector["matchLabels"].(map[string]any)
			if len(match) == 0 || fmt.Sprint(match["app"]) != d.Spec.Template.Metadata.Labels["app"] {
				t.Errorf("%s selects %v, its pods are %v", name, match, d.Spec.Template.Metadata.Labels)
			}
			for _, c := range d.Spec.Template.Spec.Containers {
				for _, p := range c.Ports {
					labels[d.Spec.Template.Metadata.Labels["app"]] = append(labels[d.Spec.Template.Metadata.Labels["app"]], p.Name, fmt.Sprint(p.ContainerPort))
				}
			}
		case "Service":
			hosts[d.Metadata.Name] = fmt.Sprint(d.Spec.Ports[0].Port)
		}
	}
	for _, kind := range []string{"PersistentVolumeClaim", "Service", "StatefulSet", "Deployment", "Job"} {
		if kinds[kind] == 0 {
			t.Errorf("there is no %s", kind)
		}
	}
	address := regexp.MustCompile(`^nats://([^:]+):(\d+)$`)
	for _, d := range docs {
		name := d.Kind + " " + d.Metadata.Name
		if d.Kind == "Service" {
			ports := labels[fmt.Sprint(d.Spec.Selector["app"])]
			for _, p := range d.Spec.Ports {
				to := p.TargetPort
				if to == nil {
					to = p.Port
				}
				if !slices.Contains(ports, fmt.Sprint(to)) {
					t.Errorf("%s goes to port %v; its pods have %v", name, to, ports)
				}
			}
		}
		volumes := map[string]bool{}
		for _, v := range d.Spec.Template.Spec.Volumes {
			volumes[v.Name] = true
			if v.Claim.Name != "" && !claims[v.Claim.Name] {
				t.Errorf("%s: no claim %s", name, v.Claim.Name)
			}
		}
		for _, v := range d.Spec.Claims {
			volumes[v.Metadata.Name] = true
		}
		for _, c := range d.Spec.Template.Spec.Containers {
			for _, m := range c.VolumeMounts {
				if !volumes[m.Name] {
					t.Errorf("%s: no volume %s", name, m.Name)
				}
			}
			if strings.HasPrefix(c.Image, "nats:") {
				opt, err := server.ConfigureOptions(flag.NewFlagSet("nats", flag.ContinueOnError), c.Args, func() {}, func() {}, func() {})
				if err != nil || !opt.JetStream || opt.StoreDir != c.VolumeMounts[0].MountPath {
					t.Errorf("%s: %q: %v", name, c.Args, err)
				}
				continue
			}
			understood(t, c.Args)
			for _, a := range c.Args {
				if at := address.FindStringSubmatch(a); at != nil && hosts[at[1]] != at[2] {
					t.Errorf("%s: nothing is at %s", name, a)
				}
			}
		}
	}
}

// The image holds the program and what it needs of the system: certificates, a place for
// work in progress, a data folder that it may write.
func TestTheImage(t *testing.T) {
	text := string(deployed(t, "Dockerfile"))
	_, last, ok := strings.Cut(text, "\nFROM scratch\n")
	if !ok {
		t.Fatal("the image is not made from scratch")
	}
	for _, want := range []string{"/blemish /blemish", "ca-certificates.crt", "/empty /tmp", "/empty /data", "USER ", `ENTRYPOINT ["/blemish"]`} {
		if !strings.Contains(last, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if !strings.Contains(text, "CGO_ENABLED=0") {
		t.Error("the program is not linked statically")
	}
	mod, err := os.ReadFile(filepath.Join("..", "..", "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	version := regexp.MustCompile(`(?m)^go (\d+\.\d+)`).FindSubmatch(mod)
	if version == nil || !strings.Contains(text, "FROM golang:"+string(version[1])+" ") {
		t.Errorf("the image is built with another Go than go.mod asks for: %s", version)
	}
}
