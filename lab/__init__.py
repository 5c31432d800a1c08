"""The fault lab, which injects faults into a localcloud and checks invariants, and the load scenarios."""
