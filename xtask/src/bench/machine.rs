//! What the figures were measured on, and when. Must not know the figures.

use crate::chromium::Options;
use crate::page::Page;
use crate::process;
use std::process::Command;

/// Processor, cores, system, browser and date, in one line.
///
/// # Errors
/// The browser does not start.
pub fn describe() -> Result<String, String> {
    let page = Page::start(Options::default())?;
    let about = page.run(
        "const version = navigator.userAgentData?.brands?.find(brand => brand.brand === 'Chromium')?.version\
           ?? /Chrome\\/(\\d+)/.exec(navigator.userAgent)?.[1] ?? 'unknown';\
         const date = new Date().toISOString().slice(0, 10);\
         return { version, date, cores: navigator.hardwareConcurrency }",
    )?;
    let text = |field: &str| about[field].as_str().unwrap_or("unknown").to_owned();
    Ok(format!(
        "{}, {} cores, {}, Chromium {} headless, {}",
        processor(),
        about["cores"],
        system(),
        text("version"),
        text("date"),
    ))
}

/// Processor, cores and system, where no browser takes part.
pub fn describe_without_browser() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    format!("{}, {cores} cores, {}", processor(), system())
}

fn processor() -> String {
    let linux =
        std::fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| field(&text, "model name", ':'));
    let mac = || process::output(Command::new("sysctl").args(["-n", "machdep.cpu.brand_string"])).ok();
    linux.or_else(mac).unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

fn system() -> String {
    let release = std::fs::read_to_string("/etc/os-release").ok();
    let name = release.and_then(|text| field(&text, "PRETTY_NAME", '='));
    name.map_or_else(|| std::env::consts::OS.to_owned(), |name| name.trim_matches('"').to_owned())
}

/// The value of the first line `name <separator> value`.
fn field(text: &str, name: &str, separator: char) -> Option<String> {
    let mut lines = text.lines().filter_map(|line| line.split_once(separator));
    let (_, value) = lines.find(|(key, _)| key.trim() == name)?;
    Some(value.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn fields_are_found_by_their_whole_name() {
        let text = "model\t\t: 1\nmodel name\t: Some CPU: fast\nmodel name\t: other\n";
        assert_eq!(field(text, "model name", ':').as_deref(), Some("Some CPU: fast"));
        assert_eq!(field(text, "name", ':'), None);
    }
}
