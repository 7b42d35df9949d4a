//! What the command line asks the bench to do. Must not do any of it.

use std::time::Duration;

/// What is measured together and printed as one section.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Our page against its goals.
    Figures,
    /// Our page against other trainers.
    Peers,
    /// How our cost grows with the shape of the work.
    Growth,
    /// The page in other people's pages.
    Embed,
}

impl Group {
    const ALL: [Self; 4] = [Self::Figures, Self::Peers, Self::Growth, Self::Embed];

    /// As on the command line and in the README's markers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Figures => "figures",
            Self::Peers => "peers",
            Self::Growth => "growth",
            Self::Embed => "embed",
        }
    }
}

/// The options, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    groups: Vec<Group>,
    /// How often everything is measured.
    pub repeats: u32,
    /// Part of the names of what is measured.
    pub only: String,
    /// Whether the page is built first.
    pub build: bool,
    /// Whether the README's sections are rewritten.
    pub write_readme: bool,
    /// Longest wait for a quiet machine before each measurement.
    pub patience: Duration,
}

impl Plan {
    /// Reads groups and options in any order; without a group it is all of them.
    ///
    /// # Errors
    /// An option is unknown, lacks its value, or contradicts another.
    pub fn parse(options: &[&str]) -> Result<Self, String> {
        let mut plan = Self {
            groups: Vec::new(),
            repeats: 3,
            only: String::new(),
            build: true,
            write_readme: false,
            patience: Duration::from_secs(10),
        };
        let mut options = options.iter();
        while let Some(option) = options.next() {
            match *option {
                "--repeats" => {
                    let value = options.next().ok_or("--repeats needs a number")?;
                    plan.repeats = value
                        .parse()
                        .ok()
                        .filter(|repeats| *repeats > 0)
                        .ok_or_else(|| format!("--repeats {value}: not a number from 1 on"))?;
                }
                "--only" => {
                    (*options.next().ok_or("--only needs a part of a name")?).clone_into(&mut plan.only);
                }
                "--patience" => {
                    let value = options.next().ok_or("--patience needs a number of seconds")?;
                    let seconds =
                        value.parse().map_err(|_| format!("--patience {value}: not a number of seconds"))?;
                    plan.patience = Duration::from_secs(seconds);
                }
                "--no-build" => plan.build = false,
                "--write-readme" => plan.write_readme = true,
                name => match Group::ALL.into_iter().find(|group| group.name() == name) {
                    Some(group) => plan.groups.push(group),
                    None => return Err(format!("bench has no option {name:?}")),
                },
            }
        }
        if plan.groups.is_empty() {
            plan.groups.extend(Group::ALL);
        }
        if plan.write_readme && !plan.only.is_empty() {
            return Err("--write-readme would write a table with holes; leave out --only".to_owned());
        }
        Ok(plan)
    }

    /// Whether a group is to be measured.
    pub fn wants(&self, group: Group) -> bool {
        self.groups.contains(&group)
    }
}

#[cfg(test)]
mod tests {
    use super::{Group, Plan};

    #[test]
    fn groups_and_options_in_any_order() {
        let plan =
            Plan::parse(&["--repeats", "5", "growth", "--no-build", "--patience", "60"]).expect("right");
        assert!(plan.wants(Group::Growth) && !plan.wants(Group::Peers));
        assert_eq!((plan.repeats, plan.build, plan.patience.as_secs()), (5, false, 60));
        let all = Plan::parse(&[]).expect("right");
        assert!(Group::ALL.into_iter().all(|group| all.wants(group)));
    }

    #[test]
    fn nonsense_is_refused() {
        let wrong: [&[&str]; 5] = [
            &["--fast"],
            &["--repeats"],
            &["--repeats", "0"],
            &["--only"],
            &["--only", "x", "--write-readme"],
        ];
        for options in wrong {
            assert!(Plan::parse(options).is_err(), "{options:?}");
        }
    }
}
