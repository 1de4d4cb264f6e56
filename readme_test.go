package blemish_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"blemish"
)

// The lines of README.md between the marks, in a function that takes what they take.
func judge(ctx context.Context) error {
	// begin
	model, err := blemish.OpenModel(ctx, "part.model", blemish.Options{})
	if err != nil {
		return err
	}
	scan, err := blemish.ReadCloud("scan.ply")
	if err != nil {
		return err
	}
	result, err := model.Score(ctx, scan)
	if err != nil {
		return err
	}
	fmt.Println(result.Verdict, result.Object, "above", result.Threshold)
	for _, r := range result.Regions {
		fmt.Println(r.Kind, r.Center, r.Area, r.Depth)
	}
	// end
	return nil
}

// What README.md shows is what compiles here.
func TestTheCodeOfTheREADMECompiles(t *testing.T) {
	if err := judge(t.Context()); !os.IsNotExist(err) {
		t.Errorf("there is no part.model here: %v", err)
	}
	own, err := os.ReadFile("readme_test.go")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := regexp.MustCompile(`(?s)\t// begin\n(.*?)\t// end`).FindSubmatch(own)[1]
	want := strings.ReplaceAll("\n"+string(lines), "\n\t", "\n")[1:]
	if !strings.Contains(string(readme), "```go\n"+want+"```") {
		t.Errorf("README.md does not show\n%s", want)
	}
}
