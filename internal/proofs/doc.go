// Package proofs holds the property tests of policygen and package eval. The documents that policygen generates for
// random topologies are sufficient (every call of every hop is allowed), minimal (without any part of them, some call
// is no longer allowed), tight (another caller, source, resource or action is denied) and stable. Evaluation is
// monotone, does not depend on order, and is undecided only if something unknown decides.
//
// The tests have a package of their own, because policygen and eval, including their tests, import nothing but the
// standard library.
package proofs
