use collapse_lab::experiment::link;
use diagnosis_bench::train::{Job, train};
fn main() {
    for settings in [
        "steps=400",
        "data=moons&depth=2&steps=400",
        "data=mnist&steps=240",
        "data=shapes&model=cnn&channels=8&train_size=80&steps=160",
        "data=wine&standardise=on&train_size=5000&depth=3&width=64&steps=400",
    ] {
        let jobs: Vec<Job> = (0..6)
            .map(|n| {
                let mut e = link::read(settings).experiment;
                e.seeds.data = n;
                e.seeds.weights = n;
                Job { experiment: e, watched: false }
            })
            .collect();
        let t = std::time::Instant::now();
        let done = train(&jobs);
        println!(
            "{settings}: {:.1} ms a run ({:.2})",
            t.elapsed().as_secs_f64() * 1000.0 / 6.0,
            done[0].score
        );
        let mut short: Vec<Job> = jobs.clone();
        short.iter_mut().for_each(|j| j.experiment.live.steps = 20);
        let t = std::time::Instant::now();
        train(&short);
        println!("   20 steps alone {:.1} ms a run", t.elapsed().as_secs_f64() * 1000.0 / 6.0);
    }
}
