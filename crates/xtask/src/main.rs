//! Generators, accuracy and speed reports: run by developers, never shipped.

fn main() -> anyhow::Result<()> {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_default();
    let _rest: Vec<String> = args.collect();
    match command.as_str() {
        other => anyhow::bail!("unknown command «{other}»; commands: "),
    }
}
