// Package proofs holds the property tests of what policygen generates, decided by package eval: over random topologies it
// is sufficient (every call of every hop is allowed), minimal (take anything away and a call is no longer allowed), tight
// (another caller, source, resource or action is denied) and stable; and evaluation is monotone, independent of order, and
// undecided only where something unknown decides.
//
// The tests stand apart because policygen and eval, their tests included, import nothing but the standard library.
package proofs
