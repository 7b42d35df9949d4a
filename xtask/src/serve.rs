//! `cargo xtask serve`: the built page on this machine. Must not know how files are answered.

use crate::server::{Options, Server};
use crate::{Repository, build};

/// Builds the page (unless `--no-build`), serves it and prints its address; runs until stopped.
///
/// # Errors
/// An option is wrong, the build fails, or no port is free.
pub fn run(repository: &Repository, options: &[&str]) -> Result<(), String> {
    let mut port = 8080;
    let mut base = "/".to_owned();
    let mut build_first = true;
    let mut options = options.iter();
    while let Some(option) = options.next() {
        match *option {
            "--port" => {
                let value = options.next().ok_or("--port needs a number")?;
                port = value.parse().map_err(|_| format!("--port {value}: not a port (1 to 65535)"))?;
            }
            "--base" => (*options.next().ok_or("--base needs a path such as /lab/")?).clone_into(&mut base),
            "--no-build" => build_first = false,
            other => return Err(format!("serve has no option {other:?}")),
        }
    }
    if build_first {
        build::run(repository)?;
    }
    let server = Server::start(Options { port, base, ..Options::new(&repository.dist()) })?;
    if server.port() != port {
        println!("Port {port} is taken.");
    }
    println!("\nCollapse Lab is at {}\nStop it with Ctrl-C.", server.url());
    server.wait();
    Ok(())
}
