package cli

import (
	"strings"

	"blemish/internal/setting"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// How help looks: a sentence, examples that work when pasted, flags in groups.

// groupKey is the annotation of a flag that names its group in help.
const groupKey = "group"

// group puts flags under one heading of the verb's help.
func group(cmd *cobra.Command, heading string, names ...string) {
	for _, name := range names {
		if err := cmd.Flags().SetAnnotation(name, groupKey, []string{heading}); err != nil {
			panic("cli: " + err.Error())
		}
	}
}

// complete lists the values that a shell offers for a flag.
func complete(cmd *cobra.Command, flag string, values ...string) {
	err := cmd.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values, cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil {
		panic("cli: " + err.Error())
	}
}

// setHelp makes help look like that. wrong gets the error of a command line that asks for
// the help of a verb that does not exist: cobra shows help before it checks arguments.
func setHelp(root *cobra.Command, wrong *error) {
	show := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		if rest := cmd.Flags().Args(); !cmd.HasParent() && len(rest) > 0 {
			*wrong = noVerb(rest[0])
			return
		}
		show(cmd, args)
	})
	cobra.AddTemplateFunc("flagGroups", flagGroups)
	cobra.AddTemplateFunc("exitCodes", func(cmd *cobra.Command) string {
		if cmd.HasParent() {
			return ""
		}
		return "\nExit codes:\n" + exitCodes
	})
	root.SetHelpTemplate(`{{.Long}}

Examples:
{{.Example}}

Usage:
  {{if .HasAvailableSubCommands}}{{.CommandPath}} VERB [flags] [files]

Verbs:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}}  {{.Short}}{{end}}{{end}}
{{else}}{{.UseLine}}
{{end}}{{flagGroups .}}{{exitCodes .}}`)
	root.InitDefaultHelpFlag()
	root.SetHelpCommand(&cobra.Command{
		Use:   "help [VERB]",
		Short: "how a verb is used",
		Long:  "Show how the program, or a verb, is used.",
		Example: `  blemish help
  blemish help predict`,
		RunE: func(_ *cobra.Command, args []string) error {
			cmd, rest, err := root.Find(args)
			if err == nil && len(rest) > 0 {
				err = noVerb(rest[0])
			}
			if err != nil {
				return err
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	})
}

// noVerb is the error for a verb that does not exist.
func noVerb(name string) error { return usagef("there is no verb %q", setting.Short(name)) }

// flagGroups prints a verb's flags under their headings, in the order in which
// the headings first appear, and the shared ones last.
func flagGroups(cmd *cobra.Command) string {
	var order []string
	sets := map[string]*pflag.FlagSet{}
	add := func(heading string, f *pflag.Flag) {
		if sets[heading] == nil {
			sets[heading] = pflag.NewFlagSet(heading, pflag.ContinueOnError)
			sets[heading].SortFlags = false
			order = append(order, heading)
		}
		sets[heading].AddFlag(f)
	}
	own := cmd.LocalNonPersistentFlags()
	own.SortFlags = false // a set of its own, which sorts by name unless it is told not to
	own.VisitAll(func(f *pflag.Flag) {
		if f.Name == "help" || f.Hidden {
			return
		}
		heading := "Flags"
		if g := f.Annotations[groupKey]; len(g) > 0 {
			heading = g[0]
		}
		add(heading, f)
	})
	cmd.Root().PersistentFlags().VisitAll(func(f *pflag.Flag) { add("Everywhere", f) })
	var b strings.Builder
	for _, heading := range order {
		b.WriteString("\n" + heading + ":\n" + sets[heading].FlagUsages())
	}
	return b.String()
}
