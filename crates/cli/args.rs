//! What a user may say.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Turns a dump of news articles, in many languages, into tables of facts: people, organizations,
/// places and dates with their values, each with its evidence. Offline; the same input gives the
/// same bytes.
#[derive(Debug, Parser)]
#[command(name = "dateline", version, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read articles and write tables of facts
    Extract(Box<Extract>),
    /// Show one article with its facts, and for each fact the steps to its value
    Explain(Box<Explain>),
    /// Draw facts from a finished run for a person to judge, and score the judged sheet
    Sample(Sample),
    /// List the languages, or tell all of one
    Languages(Languages),
    /// List the rules, or tell all of some
    Rules(Rules),
    /// Make a file of names from your own lists, tell what is in one, look lists over
    Gazetteer(Gazetteer),
    /// Gather what a whole corpus shows of its names, for `extract --names`
    Learn(Box<Learn>),
    /// Print a completion script for a shell
    Completions(Completions),
    /// Print the manual page of the program or of a command
    Man(Man),
}

const EXTRACT_EXAMPLES: &str = "\
Examples:
  dateline extract articles/ --out facts
      every text, JSON, CSV, HTML file below articles/, plain or compressed; CSV tables in facts/
  dateline extract dump.jsonl.gz --out facts --format csv,xlsx --excel fr
      tables that a French Excel opens right, and a workbook
  dateline extract export.csv --map text=body,title=headline --out facts
      columns with names of their own
  zcat dump.jsonl.gz | dateline extract - --out - --only dates | head
      JSON Lines through a pipe

Exit codes: 0 done; 1 done, but more rejects than --max-rejects; 2 wrong use, or a file that cannot be read or written.";

/// `dateline extract`.
#[derive(Debug, Args)]
#[command(after_help = EXTRACT_EXAMPLES)]
pub struct Extract {
    /// Files and folders; `-` reads standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// Folder for the tables; `-` writes JSON Lines to standard output
    #[arg(long, short, value_name = "DIR")]
    pub out: PathBuf,
    /// Formats of the tables
    #[arg(
        long,
        value_delimiter = ',',
        default_value = "csv",
        value_name = "FORMAT,…"
    )]
    pub format: Vec<Format>,
    /// Find only these
    #[arg(long, value_delimiter = ',', value_name = "KIND,…")]
    pub only: Vec<Only>,
    /// Threads; 0 = one for each processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub threads: usize,
    /// Memory for articles and rows in flight, e.g. 256M, 2G
    #[arg(long, default_value = "256M", value_parser = bytes, value_name = "SIZE")]
    pub memory: u64,
    /// Stop after so many articles
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,
    /// Do not write the texts
    #[arg(long)]
    pub no_texts: bool,
    /// Do not write the sentence beside each fact
    #[arg(long)]
    pub no_sentences: bool,
    /// Report facts in menus, share bars and the like as well
    #[arg(long)]
    pub all_zones: bool,
    /// CSV that Excel opens right: byte order mark, line ends, guarded formulas; a locale such as
    /// `fr` or `de` separates by semicolons
    #[arg(long, num_args = 0..=1, default_missing_value = "en", value_name = "LOCALE")]
    pub excel: Option<String>,
    /// Replace the tables of an earlier run
    #[arg(long)]
    pub force: bool,
    /// Show progress: on a terminal, or never
    #[arg(long, default_value = "auto")]
    pub progress: Progress,
    /// More rejects than this (a number, or a share such as 5%) end with exit code 1
    #[arg(long, value_parser = max_rejects, value_name = "N|P%")]
    pub max_rejects: Option<MaxRejects>,
    #[command(flatten)]
    pub reading: Reading,
}

impl Extract {
    /// Whether the user wants facts of this kind.
    pub fn wants(&self, only: Only) -> bool {
        self.only.is_empty() || self.only.contains(&only)
    }
}

/// How articles are read: shared by all commands that read some.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading")]
pub struct Reading {
    /// Language of all articles (default: found for each)
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,
    /// What relative dates count from: the day of publication, or the day told last
    #[arg(long, default_value = "auto")]
    pub domain: Domain,
    /// Reading of dates such as 03/04/2024 (auto: as the language writes them)
    #[arg(long, default_value = "auto")]
    pub date_order: Order,
    /// Which field or column of the source holds what: text=body,title=headline,published=2
    #[arg(long, value_delimiter = ',', value_parser = pair, value_name = "OURS=THEIRS,…")]
    pub map: Vec<(String, String)>,
    /// Names of your own: a table with the columns name,type,id,aliases, or a file made by
    /// `dateline gazetteer build`; of several the last comes first
    #[arg(long, value_name = "FILE")]
    pub names: Vec<PathBuf>,
    /// Language folders of your own, laid over the built-in ones
    #[arg(long, value_name = "DIR")]
    pub languages: Option<PathBuf>,
    /// No article was published after this day (default: the day this version was released)
    #[arg(long, value_parser = day, value_name = "YYYY-MM-DD")]
    pub not_after: Option<jiff::civil::Date>,
    /// Whether articles without a date are dated by the weekdays and days that they tell
    #[arg(long, default_value = "fill")]
    pub undated: Undated,
    /// A longer record becomes a reject
    #[arg(long, default_value = "16M", value_parser = bytes, value_name = "SIZE")]
    pub max_record: u64,
}

const EXPLAIN_EXAMPLES: &str = "\
Examples:
  dateline explain article.txt
  dateline explain dump.jsonl.gz --record 12
      the twelfth record of the file
  dateline explain articles/ --record 20230310-017
      the article whose id this is
  echo 'The minister resigned last Tuesday.' | dateline explain - --lang en";

/// `dateline explain`.
#[derive(Debug, Args)]
#[command(after_help = EXPLAIN_EXAMPLES)]
pub struct Explain {
    /// A file or folder of any kind that `extract` reads; `-` reads standard input
    #[arg(value_name = "FILE")]
    pub input: PathBuf,
    /// Number of the record in its file, or the id of the article (default: the first article)
    #[arg(long, value_name = "N|ID")]
    pub record: Option<String>,
    #[command(flatten)]
    pub reading: Reading,
}

const SAMPLE_EXAMPLES: &str = "\
Examples:
  dateline sample facts --out sheet.csv
      200 facts of the run in facts/, spread evenly over languages, tables and rules
  dateline sample facts --score sheet.csv
      how often each rule was right, after someone has filled the column `correct`

In the column `correct` 1, true, y or x mean right, 0, false or n mean wrong, and an empty cell
means not judged. Other columns may be changed or removed, but for `fact_id`.
A fact is right if text and value are both right for the sentence as it stands.
Scores weigh each fact by the number of facts that it was drawn from; intervals are Wilson's, at 95 %.";

/// `dateline sample`.
#[derive(Debug, Args)]
#[command(after_help = SAMPLE_EXAMPLES)]
pub struct Sample {
    /// Folder with the tables of a finished run, CSV or JSON Lines
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Facts to draw
    #[arg(long, default_value_t = 200, value_name = "N")]
    pub rows: usize,
    /// Another number draws other facts; the same number draws the same ones again
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub seed: u64,
    /// File for the sheet (default: standard output)
    #[arg(long, short, value_name = "FILE.csv", conflicts_with = "score")]
    pub out: Option<PathBuf>,
    /// Replace the sheet if it exists
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Count a judged sheet instead of drawing one
    #[arg(long, value_name = "SHEET.csv", conflicts_with_all = ["rows", "seed"])]
    pub score: Option<PathBuf>,
}

const LANGUAGES_EXAMPLES: &str = "\
Examples:
  dateline languages
  dateline languages fr
      settings, tables and rules of French
  dateline languages --languages my-packs
      with the folders of your own laid over the built-in ones
  dateline languages xx --languages my-packs --check
      whether your folder holds what it promises: rules, their examples, the sentences of cases.toml

Coverage: full = names, dates and relative dates; dates = dates; none = the language is told, nothing else.";

/// `dateline languages`.
#[derive(Debug, Args)]
#[command(after_help = LANGUAGES_EXAMPLES)]
pub struct Languages {
    /// Tell all of this language
    #[arg(value_name = "TAG")]
    pub tag: Option<String>,
    /// Language folders of your own, laid over the built-in ones
    #[arg(long, value_name = "DIR")]
    pub languages: Option<PathBuf>,
    /// Run the examples of the rules and the sentences of cases.toml, of all languages or of TAG
    #[arg(long)]
    pub check: bool,
}

const RULES_EXAMPLES: &str = "\
Examples:
  dateline rules
  dateline rules --lang fr
      the rules that are at work in French, inherited ones among them
  dateline rules en.date.month-day
      all of one rule, with its examples
  dateline rules name.list
      all of the rules whose ids begin so";

/// `dateline rules`.
#[derive(Debug, Args)]
#[command(after_help = RULES_EXAMPLES)]
pub struct Rules {
    /// Id of a rule, as in the column `rule`, or the beginning of one
    #[arg(value_name = "ID")]
    pub id: Option<String>,
    /// Only rules at work in this language
    #[arg(long, value_name = "TAG")]
    pub lang: Option<String>,
    /// Language folders of your own, laid over the built-in ones
    #[arg(long, value_name = "DIR")]
    pub languages: Option<PathBuf>,
}

const GAZETTEER_EXAMPLES: &str = "\
Examples:
  dateline gazetteer check people.csv
  dateline gazetteer build people.csv clubs.tsv --out mine.gaz
  dateline gazetteer build cities500.txt alternateNamesV2.txt --languages en,fr --out places.gaz
  dateline extract articles/ --out facts --names places.gaz --names mine.gaz
  dateline gazetteer info mine.gaz

docs/your-own-lists.md says more of lists.";

/// `dateline gazetteer`.
#[derive(Debug, Args)]
#[command(after_help = GAZETTEER_EXAMPLES)]
pub struct Gazetteer {
    #[command(subcommand)]
    pub command: GazetteerCommand,
}

#[derive(Debug, Subcommand)]
pub enum GazetteerCommand {
    /// Make a file for `--names` from lists
    Build(GazetteerBuild),
    /// Tell what is in such a file, or in the gazetteer of the program
    Info(GazetteerInfo),
    /// Look lists over for what would find wrong names
    Check(GazetteerCheck),
}

/// What is read of lists, and how.
#[derive(Debug, Args)]
pub struct Lists {
    /// Lists, plain or compressed (gzip, Zstandard, bzip2, xz); `-` reads standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// How the lists are written (auto: as their beginnings show)
    #[arg(long, default_value = "auto")]
    pub format: ListFormat,
    /// Take only names of this type; also the type of the names in tables without a column `type`
    #[arg(long = "type", value_name = "TYPE")]
    pub name_type: Option<NameType>,
    /// Take only names in these languages, the first of which things are called by; names that are of
    /// no language are taken as well
    #[arg(long, value_delimiter = ',', value_name = "TAG,…")]
    pub languages: Vec<String>,
    /// Of the towns in GeoNames take only those with so many inhabitants
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub min_population: u64,
}

const GAZETTEER_BUILD_EXAMPLES: &str = "\
Examples:
  dateline gazetteer build people.csv clubs.tsv --out mine.gaz
      tables with a header: name, type, and where wanted id, aliases (a|b), lang, country, weight, flags
  dateline gazetteer build allCountries.txt alternateNamesV2.txt --min-population 5000 --out towns.gaz
      GeoNames (alternateNamesV2.txt is optional)
  dateline gazetteer build entities.json.gz --type person --languages en,de --out people.gaz
      entities of Wikidata, one a line, as in its dumps
  dateline gazetteer build entities.gz --format jrc-names --out variants.gaz
      JRC-Names

Rows that are wrong are told on standard error and left out.
Exit codes: 0 done; 1 done, but more rejects than --max-rejects; 2 wrong use, or a file that cannot be read or written.";

/// `dateline gazetteer build`.
#[derive(Debug, Args)]
#[command(after_help = GAZETTEER_BUILD_EXAMPLES)]
pub struct GazetteerBuild {
    #[command(flatten)]
    pub lists: Lists,
    /// The file to make
    #[arg(long, short, value_name = "FILE.gaz")]
    pub out: PathBuf,
    /// Replace the file if it exists
    #[arg(long)]
    pub force: bool,
    /// More rejects than this (a number, or a share such as 5%) end with exit code 1
    #[arg(long, value_parser = max_rejects, value_name = "N|P%")]
    pub max_rejects: Option<MaxRejects>,
}

/// `dateline gazetteer info`.
#[derive(Debug, Args)]
pub struct GazetteerInfo {
    /// A file made by `dateline gazetteer build` (default: the gazetteer of the program)
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
}

const GAZETTEER_CHECK_EXAMPLES: &str = "\
Examples:
  dateline gazetteer check people.csv
  dateline gazetteer check *.csv --all --languages fr,de
      everything that is found, and only the common words of French and German

Told are: ids with two names or two types, ids that cannot be right, names that are common words of a
language (function words, months, weekdays …), names of one letter, names that stand for several
things, words with letters of two scripts.
Exit codes: 0 nothing found; 1 something found; 2 wrong use, or a list that cannot be read.";

/// `dateline gazetteer check`.
#[derive(Debug, Args)]
#[command(after_help = GAZETTEER_CHECK_EXAMPLES)]
pub struct GazetteerCheck {
    #[command(flatten)]
    pub lists: Lists,
    /// Tell all of each sort, not only the first twenty
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    Auto,
    Table,
    #[value(name = "geonames")]
    GeoNames,
    Wikidata,
    JrcNames,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum NameType {
    Person,
    Organization,
    Place,
    Other,
}

const LEARN_EXAMPLES: &str = "\
Examples:
  dateline learn dump.jsonl.gz --out names.tsv
  dateline extract dump.jsonl.gz --names names.tsv --out facts
      the same dump with what it shows of its own names
  dateline learn articles/ --out - | less
      names with the evidence for each

The table may be edited: take out rows, change a type or a confidence. It decides nothing by itself; it adds to what an
article shows of a name. The same articles in any order give the same table.";

/// `dateline learn`.
#[derive(Debug, Args)]
#[command(after_help = LEARN_EXAMPLES)]
pub struct Learn {
    /// Files and folders; `-` reads standard input
    #[arg(required = true, value_name = "INPUT")]
    pub inputs: Vec<PathBuf>,
    /// File for the table; `-` writes to standard output
    #[arg(long, short, value_name = "FILE.tsv")]
    pub out: PathBuf,
    /// Threads; 0 = one for each processor
    #[arg(long, default_value_t = 0, value_name = "N")]
    pub threads: usize,
    /// Memory for counts and for articles in flight, e.g. 256M, 2G; 10 to 20 bytes for each article come on top
    #[arg(long, default_value = "256M", value_parser = bytes, value_name = "SIZE")]
    pub memory: u64,
    /// Replace the table if it exists
    #[arg(long)]
    pub force: bool,
    /// Show progress: on a terminal, or never
    #[arg(long, default_value = "auto")]
    pub progress: Progress,
    #[command(flatten)]
    pub reading: Reading,
}

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  dateline completions bash > ~/.local/share/bash-completion/completions/dateline
  dateline completions fish > ~/.config/fish/completions/dateline.fish";

/// `dateline completions`.
#[derive(Debug, Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

const MAN_EXAMPLES: &str = "\
Examples:
  dateline man | man -l -
  dateline man extract > dateline-extract.1";

/// `dateline man`.
#[derive(Debug, Args)]
#[command(after_help = MAN_EXAMPLES)]
pub struct Man {
    /// A command of dateline (default: the program)
    #[arg(value_name = "COMMAND")]
    pub command: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Csv,
    Jsonl,
    Xlsx,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Only {
    Dates,
    Entities,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Domain {
    Auto,
    News,
    Narrative,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Order {
    Auto,
    Dmy,
    Mdy,
    Ymd,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Undated {
    Fill,
    Leave,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Progress {
    Auto,
    Never,
}

/// How many rejects are allowed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum MaxRejects {
    Number(u64),
    Percent(f64),
}

impl MaxRejects {
    /// Whether `rejects` beside `articles` are more than allowed.
    pub fn exceeded(self, rejects: u64, articles: u64) -> bool {
        match self {
            Self::Number(n) => rejects > n,
            Self::Percent(p) => rejects as f64 * 100.0 > p * (rejects + articles) as f64,
        }
    }
}

fn bytes(text: &str) -> Result<u64, String> {
    let wrong = || format!("«{text}» is no size; write for example 64K, 256M or 2G");
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    let number: u64 = text[..end].parse().map_err(|_| wrong())?;
    let unit = match text[end..]
        .trim_end_matches(['B', 'b', 'i'])
        .to_ascii_uppercase()
        .as_str()
    {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        _ => return Err(wrong()),
    };
    number
        .checked_mul(unit)
        .filter(|n| *n > 0)
        .ok_or_else(wrong)
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((ours, theirs)) if !ours.is_empty() && !theirs.is_empty() => {
            Ok((ours.into(), theirs.into()))
        }
        _ => Err(format!("«{text}» is not of the form text=body")),
    }
}

fn day(text: &str) -> Result<jiff::civil::Date, String> {
    text.parse()
        .map_err(|_| format!("«{text}» is no day; write for example 2024-12-31"))
}

fn max_rejects(text: &str) -> Result<MaxRejects, String> {
    let wrong = || format!("«{text}» is neither a number nor a share such as 5%");
    match text.strip_suffix('%') {
        Some(share) => share
            .trim()
            .parse()
            .ok()
            .filter(|p| (0.0..=100.0).contains(p))
            .map(MaxRejects::Percent),
        None => text.parse().ok().map(MaxRejects::Number),
    }
    .ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_and_shares() {
        assert_eq!(bytes("256M"), Ok(256 << 20));
        assert_eq!(bytes("1GiB"), Ok(1 << 30));
        assert!(bytes("many").is_err() && bytes("0").is_err());
        assert_eq!(max_rejects("5%"), Ok(MaxRejects::Percent(5.0)));
        assert!(MaxRejects::Percent(5.0).exceeded(6, 94));
        assert!(!MaxRejects::Number(3).exceeded(3, 0));
    }

    #[test]
    fn the_command_line_is_well_formed() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
