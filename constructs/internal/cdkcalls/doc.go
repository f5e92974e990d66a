// Package cdkcalls makes calls of the CDK that Go cannot make, or only in many steps.
//
// A Go program talks to the CDK, which runs in Node, by jsii: each call, each property that is read, is a round trip of a
// quarter of a millisecond or more. The functions here take one, since what they do is written in JavaScript (js/index.js) and
// runs beside the CDK. They also see what the CDK does not show to other languages, such as a resource's property overrides.
// The CDK's own classes do all the work; what a policy says is decided in Go.
//
// jsii loads the JavaScript as it loads the CDK's, with the description of the functions and their types in js/jsii.json.
//
// [Runtime architecture of jsii], [jsii kernel API].
//
// [Runtime architecture of jsii]: https://aws.github.io/jsii/overview/runtime-architecture
// [jsii kernel API]: https://aws.github.io/jsii/specification/3-kernel-api
package cdkcalls
