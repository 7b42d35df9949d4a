//! `cargo xtask <command>`: reads the command line and calls the library. Must not do any of the work.

use std::path::PathBuf;
use std::process::ExitCode;
use xtask::{Repository, bench, build, data, fuzz, serve, size, test};

const HELP: &str = "\
Usage: cargo xtask <command>

  serve [--port N] [--base /path/] [--no-build]
          build the release page, serve it on this machine and print its address
  test [native] [wasm] [browser] [webgpu]
          run every test, or only the kinds named; webgpu, which compiles long, only when named
  build [--quick [PROGRAMS]]
          build the release page into dist/; or, to look at a change within seconds, only some programs,
          hardly optimised: by default page,worker-cpu
  size    print the compressed sizes of dist/ and fail when one is over its budget
  bench [figures] [peers] [growth] [--repeats N] [--only PART] [--patience SECONDS] [--no-build]
        [--write-readme]
          measure the page, other trainers on the same jobs, and how cost grows, all or those named, in
          headless Chromium; PART of a name picks some; each waits for a quiet machine, 10 s at most; the
          tables are printed, and put into the README if asked
  fuzz [PARSER] [--inputs N]
          feed the parsers of what visitors hand in, or one of them, 1,000,000 changed seeds or N
  data    fetch and convert the real data sets under public/data/ (they are in the repository)

Everything that is missing is installed first, and named when it is: the wasm target through rustup,
trunk and wasm-bindgen below ~/.cache/collapse-lab (or $COLLAPSE_LAB_CACHE), Chromium through apt, and for
the bench its peers through npm.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), String> {
    let repository = Repository { root: root() };
    let (command, options) = arguments.split_first().ok_or_else(|| HELP.to_owned())?;
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    match command.as_str() {
        "serve" => serve::run(&repository, &options),
        "test" => test::run(&repository, &options),
        "build" => match options.as_slice() {
            [] => build::run(&repository),
            ["--quick"] => build::quick(&repository, &build::QUICK_PROGRAMS),
            ["--quick", programs] => build::quick(&repository, &programs.split(',').collect::<Vec<_>>()),
            [other, ..] => Err(format!("build has no option {other:?}")),
        },
        "size" => size::run(&repository),
        "bench" => bench::run(&repository, &options),
        "data" => data::run(),
        "fuzz" => fuzz::run(&repository, &options),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(format!("there is no command {other:?}\n\n{HELP}")),
    }
}

/// The repository's root: the parent of this package, wherever the command is started.
fn root() -> PathBuf {
    // Read when run, not when compiled: checkouts may share a target directory.
    let folder = std::env::var_os("CARGO_MANIFEST_DIR");
    let mut root = folder.map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    root.pop();
    root
}
