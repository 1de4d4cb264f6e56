package jobs_test

import (
	"testing"

	"blemish/jobs"
	"blemish/jobs/jobstest"
)

func TestLocal(t *testing.T) {
	jobstest.Run(t, func(*testing.T) jobs.Broker { return jobs.NewLocal(jobstest.Patience) })
}
