package setting

import "testing"

func TestDecodeKeepsWhatIsNotNamedAndRefusesWhatIsUnknown(t *testing.T) {
	to := struct {
		A int `json:"a"`
		B int `json:"b"`
	}{1, 2}
	if err := Decode([]byte(`{"b": 5}`), &to); err != nil || to.A != 1 || to.B != 5 {
		t.Errorf("%+v, error %v", to, err)
	}
	if err := Decode([]byte(`{"c": 5}`), &to); err == nil {
		t.Error("an unknown setting is accepted")
	}
}
