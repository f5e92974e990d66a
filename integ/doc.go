// Package integ runs what hopgrant generates on software that others wrote: it deploys the examples' templates to an AWS
// emulator, sends messages through them, reads the policies back and evaluates them as they were deployed.
//
// The emulator (moto, in a Python process of its own) does not enforce policies, so that nothing here is evidence about AWS;
// README.md in this folder says what is shown and what is not. `make integ` prepares everything and runs the tests that
// need the emulator; they carry the build tag integ.
package integ
