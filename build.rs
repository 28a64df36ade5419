//! What the program says of its build: the target, and the commit where the builder names it.

use std::env;

#[expect(clippy::disallowed_methods, reason = "cargo says by the environment what is built")]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=R2_SELFTEST_COMMIT");
    for (name, value) in
        [("R2_SELFTEST_TARGET", env::var("TARGET")), ("R2_SELFTEST_COMMIT", env::var("R2_SELFTEST_COMMIT"))]
    {
        if let Some(value) = value.ok().filter(|value| !value.is_empty()) {
            println!("cargo::rustc-env={name}={value}");
        }
    }
}
