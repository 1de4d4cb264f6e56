package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"blemish/internal/kernels"
	"blemish/task"

	"github.com/spf13/cobra"
)

// Exit codes, the same for every verb; exitCodes is the table for people.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
	exitDefect = 3
	exitUnsure = 4 // there is an answer, but it is not to be used
)

// exitCodes is shown below the help of the program. The first that applies counts:
// 2, then 3, 4 and 1.
const exitCodes = `  0  done; with predict --fail-on-defect: every scan is sound
  1  something failed: a file that cannot be read or judged, a folder that is not empty
  2  wrong usage: an unknown verb, flag or setting, or a value that is not allowed
  3  predict --fail-on-defect: a scan is defective
  4  no scan is defective but one is unsure, or register found no pose that may be used
`

// env is what every verb gets beside its own flags.
type env struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	log            *slog.Logger

	seed      uint64
	workers   task.Workers
	json      bool
	columns   []string // of the scans' coordinates; nil: by name
	quiet     bool
	verbose   bool
	logFormat string

	helpError error // of a command line that asks for help that there is not
}

// usageError is wrong usage: exit code 2 and a hint at --help.
type usageError struct{ err error }

func (e usageError) Error() string { return e.err.Error() }
func (e usageError) Unwrap() error { return e.err }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// Errors that end a verb whose output has said it all: no message, only the code.
var (
	errDefectFound = errors.New("a defect was found") // exitDefect
	errUnsure      = errors.New("not sure")           // exitUnsure
)

// Main runs one command line and returns the exit code.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	e := &env{stdin: stdin, stdout: stdout, stderr: stderr}
	root := newRoot(e)
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	if err == nil {
		err = e.helpError
	}
	return e.exitCode(cmd, err)
}

// exitCode reports an error to people and maps it to the code that scripts see.
func (e *env) exitCode(cmd *cobra.Command, err error) int {
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errDefectFound):
		return exitDefect
	case errors.Is(err, errUnsure):
		return exitUnsure
	case errors.Is(err, syscall.EPIPE):
		// The reader of our output has seen enough.
		return exitDone
	case errors.As(err, &usage):
		fmt.Fprintf(e.stderr, "blemish: %v\n%s --help shows how it is used.\n", err, cmd.CommandPath())
		return exitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(e.stderr, "blemish: stopped; nothing half-written was left behind.")
		return exitFailed
	}
	fmt.Fprintf(e.stderr, "blemish: %v\n", err)
	return exitFailed
}

func newRoot(e *env) *cobra.Command {
	version := false
	root := &cobra.Command{
		Use:   "blemish",
		Short: "Find defects in 3D scans",
		Long:  "Blemish finds defects in 3D scans: show it a few sound scans of a part, and it says of every new scan whether it is defective, where, and by how much.",
		Example: `  blemish demo
  blemish train --sound good/ -o part.model
  blemish predict --model part.model scan.ply -o out`,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return noVerb(args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if version {
				return newVersion(e).RunE(cmd, args)
			}
			return cmd.Help()
		},
		PersistentPreRunE: func(*cobra.Command, []string) error {
			return e.prepare()
		},
	}
	root.Flags().BoolVar(&version, "version", false, "the verb version, as other programs spell it")
	flags := root.PersistentFlags()
	flags.Uint64Var(&e.seed, "seed", 1, "root of every random choice; the same seed gives the same bytes")
	flags.IntVar((*int)(&e.workers), "workers", 0, "number of cores to use (0: all); never changes a result")
	flags.BoolVar(&e.json, "json", false, "print one JSON document instead of text")
	flags.BoolVar(&e.quiet, "quiet", false, "print no progress and only errors as messages")
	flags.BoolVar(&e.verbose, "verbose", false, "print more messages")
	flags.StringVar(&e.logFormat, "log-format", "text", "messages as text or json")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	for _, verb := range verbs(e) {
		if slices.Contains(scanVerbs, verb.Name()) {
			verb.Flags().StringSliceVar(&e.columns, "columns", nil, "columns of x,y,z in text and NPY files, by name or by number from 1; three more for a normal (default: as the header names them)")
		}
		root.AddCommand(verb)
	}
	root.CompletionOptions.HiddenDefaultCmd = false
	cobra.EnableCommandSorting = false // help lists the verbs in the order of use
	setHelp(root, &e.helpError)
	return root
}

// scanVerbs are the verbs that read scans by their names.
var scanVerbs = []string{"inspect", "train", "predict", "watch", "pod", "register", "sample", "features", "distance", "convert"}

// verbs is the explicit list, in the order that help shows.
func verbs(e *env) []*cobra.Command {
	return []*cobra.Command{
		newDemo(e), newSynth(e), newInspect(e), newTrain(e), newPredict(e), newWatch(e), newPOD(e), newEvaluate(e), newBenchmark(e), newPretrain(e), newAblate(e), newWork(e), newServe(e),
		newRegister(e), newSample(e), newFeatures(e), newDistance(e), newConvert(e), newRender(e), newVersion(e),
	}
}

// mostWorkers is more cores than any machine has.
const mostWorkers = 4096

// prepare checks the flags that every verb shares and makes the logger.
func (e *env) prepare() error {
	if err := kernels.Problem(); err != nil {
		return usageError{err}
	}
	if n := len(e.columns); n != 0 && n != 3 && n != 6 {
		return usagef("--columns %s: give three columns, x,y,z, or six with the normal's", strings.Join(e.columns, ","))
	}
	if e.workers < 0 || e.workers > mostWorkers {
		return usagef("--workers %d: give a number of cores up to %d, or 0 for all", e.workers, mostWorkers)
	}
	if e.workers > 0 {
		// The garbage collector is to keep to them, too.
		runtime.GOMAXPROCS(int(e.workers))
	}
	level := e.level()
	switch e.logFormat {
	case "text":
		e.log = slog.New(&lineHandler{w: e.stderr, level: level})
	case "json":
		e.log = slog.New(slog.NewJSONHandler(e.stderr, &slog.HandlerOptions{Level: level}))
	default:
		return usagef("--log-format %q: text or json", e.logFormat)
	}
	return nil
}

// level is from which on messages are shown.
func (e *env) level() slog.Level {
	switch {
	case e.quiet:
		return slog.LevelError
	case e.verbose:
		return slog.LevelDebug
	}
	return slog.LevelInfo
}

// atLeast, atMost and exactly check the number of file arguments.
func atLeast(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) < n {
			return usagef("%s missing", what)
		}
		return nil
	}
}

func exactly(n int, what string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) != n {
			return usagef("want %s, got %d arguments", what, len(args))
		}
		return nil
	}
}

func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usagef("unexpected %q", strings.Join(args, " "))
	}
	return nil
}
