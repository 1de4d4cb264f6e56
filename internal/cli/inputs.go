package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"blemish/dataset"
)

// What the files of a command line stand for: folders, patterns that no shell has
// expanded, standard input.

// stdinName is what a scan from standard input is called in results.
const stdinName = "stdin"

// scanFiles lists the scans that arguments mean: a folder stands for the clouds in it;
// a pattern, such as "scans/*.ply" from a shell that leaves it alone, for the files that
// it matches, in order. A file that is not there stays in the list: judging it fails, and
// the others go on.
func scanFiles(args []string) ([]string, error) {
	var files []string
	piped := false
	for _, arg := range args {
		if arg == "-" {
			if piped {
				return nil, usagef("- (standard input) can be read only once")
			}
			piped = true
		}
		info, err := os.Stat(arg)
		switch {
		case arg == "-" || err == nil && !info.IsDir():
			files = append(files, arg)
		case err == nil:
			inside, err := dataset.Folder(arg)
			if err != nil {
				return nil, err
			}
			files = append(files, inside...)
		case strings.ContainsAny(arg, "*?["):
			matched, err := filepath.Glob(arg)
			if err != nil {
				return nil, usagef("%s: a pattern that cannot be: %w", arg, err)
			}
			if len(matched) == 0 {
				return nil, fmt.Errorf("%s: there is no such file, and the pattern matches none", arg)
			}
			files = append(files, matched...)
		default:
			files = append(files, arg)
		}
	}
	return files, nil
}
