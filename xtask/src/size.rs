//! `cargo xtask size`: what a visitor downloads, against its budget. Must not build anything.

use crate::build::files_below;
use crate::{Repository, compress};
use std::path::Path;

/// Budgets in bytes after brotli: the page's program, and everything fetched before the first training step.
pub const PAGE_BUDGET: usize = 400_000;
pub const FIRST_STEP_BUDGET: usize = 700_000;

/// What the files of a page weigh after brotli, in bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// The page's program and its script.
    pub page: usize,
    /// Everything fetched before the first training step on the CPU, the page included.
    pub first_step: usize,
    /// The page with lessons, workshops and receipts, fetched when somebody wants them.
    pub classroom: usize,
    /// The GPU worker, fetched later and only where it can run.
    pub gpu: usize,
    rows: Vec<(String, usize)>,
}

/// Prints the sizes of `dist/` and fails when one is over its budget.
///
/// # Errors
/// Nothing is built, or a budget is exceeded.
pub fn run(repository: &Repository) -> Result<(), String> {
    let sizes = Sizes::measure(&repository.dist())?;
    for (name, bytes) in &sizes.rows {
        println!("{bytes:>9}  {name}");
    }
    let mut over = Vec::new();
    for (what, bytes, budget) in [
        ("page program and script", sizes.page, PAGE_BUDGET),
        ("everything before the first training step", sizes.first_step, FIRST_STEP_BUDGET),
    ] {
        println!("{bytes:>9}  {what}, of {budget} bytes");
        if bytes > budget {
            over.push(format!("{what}: {bytes} bytes after brotli, the budget is {budget}"));
        }
    }
    println!("{:>9}  classroom, fetched when wanted", sizes.classroom);
    println!("{:>9}  GPU worker, fetched later", sizes.gpu);
    if over.is_empty() { Ok(()) } else { Err(over.join("\n")) }
}

impl Sizes {
    /// Measures a built page.
    ///
    /// # Errors
    /// A file the page cannot do without is missing.
    pub fn measure(dist: &Path) -> Result<Self, String> {
        let mut files = Vec::new();
        files_below(dist, &mut files)?;
        files.sort();
        let mut sizes = Self::default();
        let mut groups = Vec::new();
        for path in files {
            let name = path.strip_prefix(dist).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            let Some(group) = Group::of(&name) else { continue };
            let content = std::fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
            let brotli = path.with_added_extension("br");
            let bytes = match std::fs::metadata(&brotli) {
                Ok(copy) => copy.len() as usize,
                // Not compressed because that would not help, or because trunk was called directly.
                Err(_) => compress::brotli(&content)
                    .map_or(content.len(), |encoded| encoded.len().min(content.len())),
            };
            match group {
                Group::Page => {
                    (sizes.page, sizes.first_step) = (sizes.page + bytes, sizes.first_step + bytes)
                }
                Group::Start => sizes.first_step += bytes,
                Group::Gpu => sizes.gpu += bytes,
                Group::Classroom => sizes.classroom += bytes,
            }
            groups.push(group);
            sizes.rows.push((name, bytes));
        }
        for group in [Group::Page, Group::Start, Group::Gpu, Group::Classroom] {
            if !groups.contains(&group) {
                return Err(format!(
                    "{}: incomplete, {group:?} files are missing; run `cargo xtask build`",
                    dist.display()
                ));
            }
        }
        Ok(sizes)
    }
}

/// When a file is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Group {
    Page,
    Start,
    Gpu,
    Classroom,
}

impl Group {
    fn of(name: &str) -> Option<Self> {
        let file = name.rsplit('/').next().unwrap_or(name);
        let is_program = file.ends_with(".wasm") || file.ends_with(".js");
        if file.starts_with("classroom") && is_program {
            Some(Self::Classroom)
        } else if file.starts_with("worker-gpu") && is_program {
            Some(Self::Gpu)
        } else if file.starts_with("page-") && is_program
            || name.starts_with("snippets/") && file.ends_with(".js")
        {
            Some(Self::Page)
        } else if (file.starts_with("worker-cpu") && is_program)
            || name == "index.html"
            || name == "style.css"
            || name == "data/digits.bin"
            || name == "lang/en.txt"
        {
            Some(Self::Start)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Group;

    #[test]
    fn only_what_is_fetched_first_counts() {
        assert_eq!(Group::of("page-1f2e3d4c5b6a7988_bg.wasm"), Some(Group::Page));
        assert_eq!(Group::of("1122334455667788/worker-cpu_bg.wasm"), Some(Group::Start));
        assert_eq!(Group::of("data/digits.bin"), Some(Group::Start));
        assert_eq!(Group::of("1122334455667788/worker-gpu.js"), Some(Group::Gpu));
        assert_eq!(Group::of("1122334455667788/classroom_bg.wasm"), Some(Group::Classroom));
        for other in ["data/mnist.bin", "map.css", "404.html", "page-1f2e3d4c5b6a7988_bg.wasm.br"] {
            assert_eq!(Group::of(other), None, "{other}");
        }
    }
}
