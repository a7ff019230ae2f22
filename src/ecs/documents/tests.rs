//! Documents that ECS takes, and one test for each reason for which it refuses others.

mod accepted;
mod refused;
mod refused_ports;
mod services;
