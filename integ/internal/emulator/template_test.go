package emulator

import (
	"slices"
	"strings"
	"testing"
)

func TestForEmulator(t *testing.T) {
	for _, tt := range []struct {
		name, reason, template string
		left, omitted          []string
	}{
		{
			name: "nothing", reason: "the emulator does queues and topics",
			template: `{"Resources":{"Q":{"Type":"AWS::SQS::Queue"},"T":{"Type":"AWS::SNS::Topic"}}}`,
			left:     []string{"Q", "T"},
		},
		{
			name: "by type", reason: "a function's code is an asset",
			template: `{"Resources":{"F":{"Type":"AWS::Lambda::Function"},"Q":{"Type":"AWS::SQS::Queue","DependsOn":["F"]}}}`,
			left:     []string{"Q"}, omitted: []string{"F"},
		},
		{
			name: "what refers to it", reason: "by Ref, Fn::GetAtt or Fn::Sub, and on from there",
			template: `{"Resources":{"F":{"Type":"AWS::Lambda::Function"},
				"A":{"Type":"AWS::Logs::LogGroup","Properties":{"Name":{"Ref":"F"}}},
				"B":{"Type":"AWS::Logs::LogGroup","Properties":{"Name":{"Fn::GetAtt":["A","Arn"]}}},
				"C":{"Type":"AWS::Logs::LogGroup","Properties":{"Name":{"Fn::Sub":"x-${B.Arn}"}}},
				"Fx":{"Type":"AWS::SQS::Queue","Properties":{"QueueName":"${F"}}},
				"Outputs":{"One":{"Value":{"Ref":"F"}},"Two":{"Value":{"Ref":"Fx"}}}}`,
			left: []string{"Fx"}, omitted: []string{"A", "B", "C", "F"},
		},
		{
			name: "dependencies as text", reason: "DependsOn takes one id or a list",
			template: `{"Resources":{"F":{"Type":"AWS::Lambda::Function"},"Q":{"Type":"AWS::SQS::Queue","DependsOn":"F"}}}`,
			left:     []string{"Q"}, omitted: []string{"F"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			template, err := ParseTemplate([]byte(tt.template))
			if err != nil {
				t.Fatal(err)
			}
			got, omissions := template.ForEmulator()
			var left, omitted []string
			for id := range got.Resources() {
				left = append(left, id)
			}
			for _, o := range omissions {
				omitted = append(omitted, o.ID)
				if o.Why == "" || !strings.HasPrefix(o.String(), "left out: "+o.ID) {
					t.Errorf("omission %q: want a reason", o)
				}
			}
			slices.Sort(left)
			slices.Sort(omitted)
			if !slices.Equal(left, tt.left) || !slices.Equal(omitted, tt.omitted) {
				t.Errorf("got %q left and %q omitted, want %q and %q (%s)", left, omitted, tt.left, tt.omitted, tt.reason)
			}
			for _, o := range omitted {
				if strings.Contains(string(got.JSON()), `"`+o+`"`) {
					t.Errorf("got %s, want no mention of %s", got.JSON(), o)
				}
			}
		})
	}
}

func TestParseTemplate(t *testing.T) {
	for _, tt := range []struct{ text, want, reason string }{
		{`{`, "template: ", "no JSON"},
		{`[]`, "template: ", "no object"},
		{`{"Resources":{}}`, "got no resources, want at least one", "an empty template would pass every test"},
	} {
		if _, err := ParseTemplate([]byte(tt.text)); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("ParseTemplate(%s): got %v, want %q (%s)", tt.text, err, tt.want, tt.reason)
		}
	}
}
