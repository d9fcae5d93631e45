//! Cranes, driven by hand-written orders.
