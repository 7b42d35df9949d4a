//! The generators: installed into the cache from crates.io, PyPI and npm, in pinned versions, when missing.
//!
//! Must not know what is built with them.

use crate::tools::Tools;
use crate::{Repository, process};
use std::cell::RefCell;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where the generators are.
pub struct Toolbox {
    root: PathBuf,
    repository: Repository,
    /// What was tried, and how it ended: several generators share an environment.
    tried: RefCell<HashMap<&'static str, Result<(), String>>>,
}

impl Toolbox {
    /// Installs nothing yet.
    pub fn new(root: &Path, repository: &Repository) -> Self {
        Self { root: root.to_owned(), repository: repository.clone(), tried: RefCell::default() }
    }

    /// Installs what the generator `tool` needs, unless it is there.
    ///
    /// # Errors
    /// Python, npm or the network is missing; the message says which.
    pub fn install_for(&self, tool: &str) -> Result<(), String> {
        let mut tried = self.tried.borrow_mut();
        let outcome = match tool {
            "mdbook" => tried.entry("mdbook").or_insert_with(|| Tools::install_mdbook().map(drop)),
            "sphinx" | "mkdocs" | "jupyter" | "quarto" => {
                tried.entry("Python").or_insert_with(|| self.install_python())
            }
            "docusaurus" => tried.entry("npm").or_insert_with(|| self.install_npm()),
            _ => return Ok(()),
        };
        outcome.clone()
    }

    /// Our Python package in the environment.
    ///
    /// # Errors
    /// It cannot be built or installed, which is a fault of ours.
    pub fn package(&self) -> Result<(), String> {
        self.tried.borrow_mut().entry("package").or_insert_with(|| self.install_package()).clone()
    }

    /// A program of the Python environment.
    pub fn python(&self, program: &str) -> Command {
        let mut command = Command::new(self.environment().join("bin").join(program));
        // Only what is pinned, and no pages of the visitor's own notebooks.
        command
            .env_remove("PYTHONPATH")
            .env("PYTHONNOUSERSITE", "1")
            .env("IPYTHONDIR", self.root.join("ipython"));
        command.env("JUPYTER_CONFIG_DIR", self.root.join("jupyter")).env("NO_COLOR", "1");
        command
    }

    /// The pandoc that the package pypandoc_binary carries.
    ///
    /// # Errors
    /// The environment is not what it should be.
    pub fn pandoc(&self) -> Result<PathBuf, String> {
        let find = "import pypandoc; print(pypandoc.get_pandoc_path())";
        process::output(self.python("python").args(["-c", find])).map(PathBuf::from)
    }

    /// The folder with npm's packages in it.
    pub fn npm(&self) -> PathBuf {
        self.root.join("npm")
    }

    fn environment(&self) -> PathBuf {
        self.root.join("python")
    }

    fn install_python(&self) -> Result<(), String> {
        let needed = read(&self.repository.root.join("tests/sites/requirements.txt"))?;
        let (environment, done) = (self.environment(), self.environment().join("requirements.txt"));
        if fs::read_to_string(&done).unwrap_or_default() != needed {
            println!(
                "Installing Sphinx, MkDocs, nbconvert and pandoc with pip into {}",
                environment.display()
            );
            let hint = "Python 3 with venv and the network are needed (Debian: apt install python3-venv)";
            let failed = |error| format!("{error}\n{hint}");
            process::run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))
                .map_err(failed)?;
            let list = self.repository.root.join("tests/sites/requirements.txt");
            let mut pip = self.pip();
            process::run(pip.args(["--no-deps", "--requirement"]).arg(list)).map_err(failed)?;
        }
        fs::write(&done, needed).map_err(|error| format!("{}: {error}", done.display()))
    }

    /// Our package, installed anew: it may have changed, and what is tested is the package, not the folder.
    fn install_package(&self) -> Result<(), String> {
        let ours = self.repository.root.join("integrations/python");
        let mut pip = self.pip();
        pip.args(["--no-deps", "--no-build-isolation", "--no-index", "--force-reinstall"]).arg(ours);
        process::run(&mut pip)
    }

    fn pip(&self) -> Command {
        let mut pip = self.python("python");
        pip.args([
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            "--no-warn-script-location",
        ]);
        pip
    }

    fn install_npm(&self) -> Result<(), String> {
        let source = self.repository.root.join("tests/sites/docusaurus");
        let (folder, done) = (self.npm(), self.npm().join("installed.txt"));
        let lock = read(&source.join("package-lock.json"))?;
        let wanted = read(&source.join("package.json"))? + &lock;
        if fs::read_to_string(&done).unwrap_or_default() != wanted {
            println!("Installing Docusaurus with npm into {}", folder.display());
            let failed = |error| format!("{}: {error}", folder.display());
            fs::create_dir_all(&folder).map_err(failed)?;
            for name in ["package.json", "package-lock.json"] {
                fs::copy(source.join(name), folder.join(name)).map_err(failed)?;
            }
            self.bring_component()?;
            let mut npm = Command::new("npm");
            npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]);
            process::run(npm.current_dir(&folder))
                .map_err(|error| format!("{error}\nNode 20 or newer with npm and the network are needed"))?;
            fs::write(&done, wanted).map_err(failed)?;
        }
        self.bring_component()
    }

    /// Our component, where the site's `package.json` expects it.
    fn bring_component(&self) -> Result<(), String> {
        let target = self.npm().join("collapse-lab-react");
        super::copy(&self.repository.root.join("integrations/docusaurus"), &target)
    }
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}
