//! `collapse-lab-serve`: the local server as a program of its own, for a room without a network.
//!
//! Serves the folder `site` beside it, or the one named. Must not know how the page is built.

use std::path::PathBuf;
use std::process::ExitCode;
use xtask::server::{Options, Server};

const HELP: &str = "\
Usage: collapse-lab-serve [FOLDER] [--port N]

Serves the page in FOLDER (`site` beside this program unless named) to this computer only, and prints its
address. Stop it with Ctrl-C.";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let (mut folder, mut port) = (None, 8080);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--port" => {
                let text = arguments.next().unwrap_or_default();
                port = text.parse().map_err(|_| format!("--port {text}: not a port (1 to 65535)"))?;
            }
            "--help" | "-h" => {
                println!("{HELP}");
                return Ok(());
            }
            option if option.starts_with('-') => {
                return Err(format!("there is no option {option}\n\n{HELP}"));
            }
            path => folder = Some(PathBuf::from(path)),
        }
    }
    let beside = || std::env::current_exe().ok().and_then(|program| Some(program.parent()?.join("site")));
    let folder = folder.or_else(beside).unwrap_or_else(|| PathBuf::from("site"));
    if !folder.join("index.html").is_file() {
        return Err(format!(
            "{}: there is no page in it; is the folder `site` beside this program?",
            folder.display()
        ));
    }
    let server = Server::start(Options { port, ..Options::new(&folder) })?;
    println!("Collapse Lab is at {}\nOpen this address in a browser. Stop with Ctrl-C.", server.url());
    server.wait();
    Ok(())
}
