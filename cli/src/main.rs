//! `collapse-lab`: the page's experiments and collapse maps, trained natively on all cores.
//!
//! Reads the command line, calls one command and says how it ended. Must not train, read or write anything
//! itself.

mod command;
mod failure;
mod files;
mod help;
mod input;
mod link;
mod map_input;
mod merge;
mod output;
mod run;
mod shard;
mod stop;
mod sweep;

use command::Command;
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
    match Command::read(std::env::args_os().skip(1)).and_then(carry_out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if let Some(message) = failure.message() {
                eprintln!("collapse-lab: {message}");
            }
            ExitCode::from(failure.code())
        }
    }
}

fn carry_out(command: Command) -> Result<(), Failure> {
    match command {
        Command::Run(options) => run::run(&options),
        Command::Sweep(options) => sweep::run(&options),
        Command::Merge(options) => merge::run(&options),
        Command::Link(options) => link::link(&options),
        Command::Table(options) => link::table(&options),
        Command::Print(text) => output::print(&text),
    }
}
