package cli

import (
	"blemish/inspection"

	"github.com/spf13/cobra"
)

// What a shop asks of judging: flags of predict that make an inspection plan.

// planned is what the flags say.
type planned struct {
	plan      string
	tolerance string
	pose      string
	sections  []string
}

func (p *planned) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&p.plan, "plan", "", "inspection plan, a YAML file: tolerance, zones, alignment, sections")
	f.StringVar(&p.tolerance, "tolerance", "", "judge by this tolerance, in the scans' unit: 0.2, or +0.3,-0.1")
	f.StringVar(&p.pose, "pose", "", "file with the pose of the scans on the part, a 4×4 matrix: none is searched")
	f.StringArrayVar(&p.sections, "section", nil, "cut part and scans: x=12.5, y=…, z=…, or X,Y,Z/A,B,C (a place and a direction across)")
}

// read makes the plan.
func (p *planned) read() (*inspection.Plan, error) {
	plan, err := inspection.Parse(nil)
	if p.plan != "" {
		plan, err = inspection.Read(p.plan)
	}
	if err != nil {
		return nil, usageError{err}
	}
	if p.tolerance != "" {
		if plan.Tolerance, err = inspection.ParseTolerance(p.tolerance); err != nil {
			return nil, usagef("--%w", err)
		}
	}
	if p.pose != "" {
		pose, err := inspection.ReadPose(p.pose)
		if err != nil {
			return nil, err
		}
		if err := plan.Align.SetPose(pose); err != nil {
			return nil, usageError{err}
		}
	}
	for _, text := range p.sections {
		s, err := inspection.ParseSection(text)
		if err != nil {
			return nil, usagef("--%w", err)
		}
		plan.Sections = append(plan.Sections, s)
	}
	return plan, nil
}
