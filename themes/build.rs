//! Rebuilds the program when a file of the embedded theme changes.

fn main() {
    println!("cargo:rerun-if-changed=themes/default");
}
