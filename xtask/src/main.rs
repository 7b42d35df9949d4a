//! `cargo xtask <command>`: reads the command line and calls the library. Must not do any of the work.

use std::path::PathBuf;
use std::process::ExitCode;
use xtask::{Repository, bench, build, cards, data, fuzz, icons, package, posters, serve, share, size, test};

const HELP: &str = "\
Usage: cargo xtask <command>

  serve [--port N] [--base /path/] [--no-build]
          build the release page, serve it on this machine and print its address
  test [native] [wasm] [export] [browser] [sites[=TOOL,...]] [webgpu] [engines] [--no-build]
          run every test, or only the kinds named (export runs exported programs in Keras, PyTorch and
          Burn); webgpu, which compiles long, and engines, which installs
          Firefox and WebKit, only when named; what opens the page builds it first unless told not to
  build [--quick [PROGRAMS]]
          build the release page into dist/; or, to look at a change within seconds, only some programs,
          hardly optimised: by default page,worker-cpu; $COLLAPSE_LAB_ADDRESS, https://host/lab/, is where it
          will be public, for previews of shared links
  package [--no-build] [--server FILE]
          put the page into target/collapse-lab.zip with a server for this kind of machine and, for any other,
          one for Python; FILE is a server built elsewhere, may be repeated
  size    print the compressed sizes of dist/ and fail when one is over its budget
  bench [figures] [peers] [growth] [embed] [--repeats N] [--only PART] [--patience SECONDS] [--no-build]
        [--write-readme]
          measure the page, other trainers on the same jobs, and how cost grows, all or those named, in
          headless Chromium; PART of a name picks some; each waits for a quiet machine, 10 s at most; the
          tables are printed, and put into the README if asked
  bench diagnosis [--quick] [--part tuning|held-out] [--dump FOLDER] [--threads N] [--write-readme]
          inject faults into runs that learn and compare what the page says with what repairs them; the
          held-out part unless told otherwise; tables are printed, and put into the README and
          docs/diagnosis-benchmark.md if asked
  posters train every scenario natively and draw the pictures embeds show, public/posters/ (they are in the
          repository)
  share [https://host/lab/]
          write the pages for previews of links into dist/ again, for this public address
  cards   draw those pictures as PNG for previews of links, public/cards/ (they are in the repository)
  fuzz [PARSER] [--inputs N]
          feed the parsers of what visitors hand in, or one of them, 1,000,000 changed seeds or N
  data    fetch and convert the real data sets under public/data/ (they are in the repository)
  icons   draw the installed page's icons from public/icon.svg (they are in the repository)

Everything that is missing is installed first, and named when it is: the wasm target through rustup,
trunk, wasm-bindgen and the Python packages of the export tests below ~/.cache/collapse-lab (or $COLLAPSE_LAB_CACHE), Chromium through apt, and for
the bench its peers through npm; for the tests of sites mdBook through cargo, Sphinx, MkDocs, nbconvert and
pandoc through pip, and Docusaurus through npm.";

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
        "posters" => posters::run(&repository),
        "share" => share::write_for(&repository, options.first().copied()),
        "cards" => cards::run(&repository),
        "package" => package::run(&repository, &options),
        "data" => data::run(),
        "fuzz" => fuzz::run(&repository, &options),
        "icons" => icons::run(&repository),
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
