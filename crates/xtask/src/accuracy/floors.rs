//! What must not get worse: `accuracy_floors.toml`, set = measure = floor, in percent.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Measures of all sets, as shares.
pub type Measures = BTreeMap<String, BTreeMap<String, f64>>;

/// How far a new floor lies below what is measured, in points, before it is rounded down.
const BELOW: f64 = 1.0;

const HEAD: &str = "\
# Floors of accuracy, in percent: set = measure = floor. `cargo run --profile quick -p xtask -- accuracy EVAL_DIR
# --raise-floors` lifts them to a little below what is measured and adds sets that have none. To lower one, edit it
# and say why in the commit.
";

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("accuracy_floors.toml")
}

fn read() -> Result<Measures> {
    let path = path();
    let content = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    toml::from_str(&content).with_context(|| path.display().to_string())
}

/// Compares with the floors. Returns how many hold.
///
/// # Errors
/// Each measure that lies below its floor or is not there.
pub fn check(measured: &Measures) -> Result<usize> {
    let floors = read()?;
    let mut broken = Vec::new();
    let mut held = 0;
    for (set, measures) in &floors {
        for (measure, floor) in measures {
            match measured.get(set).and_then(|m| m.get(measure)) {
                Some(share) if 100.0 * share >= *floor => held += 1,
                Some(share) => broken.push(format!(
                    "{set} {measure}: {:.1}, floor {floor}",
                    100.0 * share
                )),
                None => broken.push(format!("{set} {measure}: not measured, floor {floor}")),
            }
        }
    }
    ensure!(
        broken.is_empty(),
        "below the floor:\n  {}",
        broken.join("\n  ")
    );
    ensure!(held > 0, "{} names no floor", path().display());
    Ok(held)
}

/// Writes floors a little below what is measured; none sinks.
pub fn raise(measured: &Measures) -> Result<()> {
    let mut floors = if path().exists() {
        read()?
    } else {
        Measures::new()
    };
    for (set, measures) in measured {
        for (measure, share) in measures {
            let reached = (100.0 * share - BELOW).floor();
            if reached > 0.0 {
                let floor = floors
                    .entry(set.clone())
                    .or_default()
                    .entry(measure.clone())
                    .or_default();
                *floor = floor.max(reached);
            }
        }
    }
    let mut out = HEAD.to_owned();
    for (set, measures) in &floors {
        write!(out, "\n[\"{set}\"]\n")?;
        for (measure, floor) in measures {
            writeln!(out, "\"{measure}\" = {floor:.1}")?;
        }
    }
    std::fs::write(path(), out).with_context(|| path().display().to_string())
}
