package cli

import (
	"blemish/inspection"

	"github.com/spf13/cobra"
)

// What a shop asks of judging: flags of predict that make an inspection plan.

// planned is what the flags say.
type planned struct {
	asked inspection.Asked
	pose  string
}

func (p *planned) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&p.asked.File, "plan", "", "inspection plan, a YAML file: tolerance, zones, alignment, sections")
	f.StringVar(&p.asked.Tolerance, "tolerance", "", "judge by this tolerance, in the scans' unit: 0.2, or +0.3,-0.1")
	f.StringVar(&p.pose, "pose", "", "file with the pose of the scans on the part, a 4×4 matrix: none is searched")
	f.StringArrayVar(&p.asked.Sections, "section", nil, "cut part and scans: x=12.5, y=…, z=…, or X,Y,Z/A,B,C (a place and a direction across)")
}

// read makes the plan.
func (p *planned) read() (*inspection.Plan, error) {
	if p.pose != "" {
		pose, err := inspection.ReadPose(p.pose)
		if err != nil {
			return nil, err
		}
		p.asked.Pose = &pose
	}
	plan, err := p.asked.Plan()
	if err != nil {
		return nil, usageError{err}
	}
	return plan, nil
}
