//! Generators, accuracy and speed reports: run by developers, never shipped.

mod accuracy;
mod cldr;
mod codebook;
mod gazetteer;
mod predict;

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let rest: Vec<String> = args.collect();
    match (command.as_str(), rest.as_slice()) {
        ("cldr", [source]) => cldr::run(source.as_ref()),
        ("codebook", []) => codebook::run(),
        ("gazetteer", [source, cldr]) => gazetteer::generate(source.as_ref(), cldr.as_ref()),
        ("gazetteer-compile", []) => gazetteer::compile(),
        ("accuracy", options) => accuracy::run(options),
        ("predict", options) => predict::run(options),
        _ => anyhow::bail!(
            "commands: cldr CLDR_DIR, codebook, gazetteer SOURCE_DIR CLDR_DIR, gazetteer-compile"
        ),
    }
}
