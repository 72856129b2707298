//! `dateline sample`: facts for a person to judge, and what the judgements say.

use crate::args::Sample;
use crate::print::{Columns, FAINT, out};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BinaryHeap};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

/// Tables of facts that can be judged.
const TABLES: [&str; 4] = ["mentions", "dates", "quotes", "amounts"];

/// Columns of the sheet, those that a person reads first.
const SHEET: [&str; 10] = [
    "correct",
    "sentence_text",
    "text",
    "says",
    "published",
    "language",
    "table",
    "rule",
    "article_id",
    "fact_id",
];

/// Runs the command; the exit code.
pub fn run(a: &Sample) -> Result<u8> {
    match &a.score {
        Some(sheet) => score(&a.dir, sheet)?,
        None => draw(a)?,
    }
    Ok(crate::DONE)
}

/// What a fact is drawn from: language, table, rule.
type Stratum = (String, &'static str, String);

struct Fact {
    table: &'static str,
    article_id: String,
    fact_id: String,
    published: String,
    language: String,
    rule: String,
    text: String,
    sentence_text: String,
    says: String,
}

impl Fact {
    /// From the cells of a row, by column name.
    fn new(table: &'static str, own: &[String], cell: impl Fn(&str) -> String) -> Self {
        let says = match table {
            "mentions" => vec![
                cell("type") + ":",
                cell("name"),
                bracketed(&cell("entity_id")),
            ],
            "dates" => {
                let (first, last) = (cell("first_day"), cell("last_day"));
                let days = if first == last {
                    first
                } else {
                    format!("{first} to {last}")
                };
                vec![
                    cell("kind"),
                    cell("modifier"),
                    cell("timex_value"),
                    bracketed(&days),
                ]
            }
            _ => own.iter().map(|column| cell(column)).collect(),
        };
        let says: Vec<String> = says.into_iter().filter(|part| !part.is_empty()).collect();
        Self {
            table,
            article_id: cell("article_id"),
            fact_id: cell("fact_id"),
            published: cell("published"),
            language: cell("language"),
            rule: cell("rule"),
            text: cell("text"),
            sentence_text: cell("sentence_text"),
            says: says.join(" "),
        }
    }

    fn stratum(&self) -> Stratum {
        (self.language.clone(), self.table, self.rule.clone())
    }
}

fn bracketed(text: &str) -> String {
    if text.is_empty() {
        String::new()
    } else {
        format!("({text})")
    }
}

/// How the CSV files of a run are written, and so the sheet.
#[derive(Clone, Copy)]
struct Dialect {
    delimiter: u8,
    /// Begins with a byte order mark and ends lines with CRLF, as Excel wants it.
    excel: bool,
}

/// Tells a CSV file's dialect from its heading.
fn dialect(path: &Path) -> Result<Dialect> {
    let mut heading = Vec::new();
    let file = File::open(path).with_context(|| path.display().to_string())?;
    BufReader::new(file)
        .read_until(b'\n', &mut heading)
        .with_context(|| path.display().to_string())?;
    let count = |mark: u8| heading.iter().filter(|b| **b == mark).count();
    let delimiter = [b'\t', b';', b',']
        .into_iter()
        .max_by_key(|mark| count(*mark))
        .unwrap_or(b',');
    Ok(Dialect {
        delimiter,
        excel: heading.starts_with(b"\xEF\xBB\xBF"),
    })
}

fn csv_reader(path: &Path) -> Result<(csv::Reader<File>, Vec<String>)> {
    let context = || path.display().to_string();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(dialect(path)?.delimiter)
        .flexible(true)
        .from_path(path)
        .with_context(context)?;
    let columns = reader.headers().with_context(context)?;
    let columns = columns
        .iter()
        .map(|c| c.trim_start_matches('\u{feff}').to_owned())
        .collect();
    Ok((reader, columns))
}

/// Gives every fact of the run in `dir` to `take`, in the order of the tables.
fn each_fact(dir: &Path, take: &mut dyn FnMut(Fact)) -> Result<()> {
    let lines = dir.join("articles.jsonl");
    let tables: Vec<_> = TABLES
        .iter()
        .map(|t| (*t, dir.join(format!("{t}.csv"))))
        .filter(|t| t.1.exists())
        .collect();
    if tables.is_empty() && !lines.exists() {
        bail!(
            "{}: no tables here; name the folder that `dateline extract --out` wrote, with CSV or JSON Lines",
            dir.display()
        );
    }
    for (table, path) in &tables {
        let (mut reader, columns) = csv_reader(path)?;
        let own = own_columns(&columns);
        for record in reader.records() {
            let record = record.with_context(|| path.display().to_string())?;
            take(Fact::new(table, &own, |name| {
                let at = columns.iter().position(|c| c == name);
                at.and_then(|at| record.get(at))
                    .unwrap_or_default()
                    .to_owned()
            }));
        }
    }
    if !tables.is_empty() {
        return Ok(());
    }
    let file = File::open(&lines).with_context(|| lines.display().to_string())?;
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let context = || format!("{}, line {}", lines.display(), number + 1);
        let article: Value =
            serde_json::from_str(&line.with_context(context)?).with_context(context)?;
        for table in TABLES {
            for row in article
                .get(table)
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
            {
                let columns: Vec<String> = row
                    .as_object()
                    .into_iter()
                    .flat_map(|o| o.keys().cloned())
                    .collect();
                take(Fact::new(table, &own_columns(&columns), |name| {
                    match row.get(name).or_else(|| article.get(name)) {
                        Some(Value::String(text)) => text.clone(),
                        None | Some(Value::Null) => String::new(),
                        Some(other) => other.to_string(),
                    }
                }));
            }
        }
    }
    Ok(())
}

/// Columns that only this table has: they stand after those of all facts, the last of which is `rule`.
fn own_columns(columns: &[String]) -> Vec<String> {
    columns
        .iter()
        .skip_while(|c| *c != "rule")
        .skip(1)
        .cloned()
        .collect()
}

/// Facts of one stratum: how many, and those with the smallest lots.
#[derive(Default)]
struct Drawn {
    facts: u64,
    lots: BinaryHeap<Lot>,
}

/// A fact with its lot, which follows from seed and id alone.
struct Lot {
    lot: u64,
    position: u64,
    fact: Fact,
}

impl PartialEq for Lot {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Lot {}

impl PartialOrd for Lot {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Lot {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.lot, self.position).cmp(&(other.lot, other.position))
    }
}

fn lot(seed: u64, fact_id: &str) -> u64 {
    let mut hasher = blake3::Hasher::new();
    hasher
        .update(&seed.to_le_bytes())
        .update(fact_id.as_bytes());
    hasher
        .finalize()
        .as_bytes()
        .first_chunk()
        .map_or(0, |bytes| u64::from_le_bytes(*bytes))
}

fn draw(a: &Sample) -> Result<()> {
    let mut strata: BTreeMap<Stratum, Drawn> = BTreeMap::new();
    let mut position = 0;
    each_fact(&a.dir, &mut |fact| {
        position += 1;
        let drawn = strata.entry(fact.stratum()).or_default();
        drawn.facts += 1;
        drawn.lots.push(Lot {
            lot: lot(a.seed, &fact.fact_id),
            position,
            fact,
        });
        if drawn.lots.len() > a.rows {
            drawn.lots.pop();
        }
    })?;
    if position == 0 {
        bail!("{}: the tables hold no facts to draw from", a.dir.display());
    }
    let rows = even(strata, a.rows);
    if rows.iter().all(|lot| lot.fact.sentence_text.is_empty()) {
        eprintln!("note: the run was made with --no-sentences, so there are none to judge by");
    }
    let csv = TABLES
        .iter()
        .map(|t| a.dir.join(format!("{t}.csv")))
        .find(|path| path.exists());
    let dialect = csv.map_or(
        Ok(Dialect {
            delimiter: b',',
            excel: false,
        }),
        |path| dialect(&path),
    )?;
    match &a.out {
        None => write_sheet(std::io::stdout().lock(), &rows, dialect),
        Some(path) => {
            let context = || format!("cannot write {}", path.display());
            // Hours of judging may stand in it.
            if path.exists() && !a.force {
                bail!(
                    "{} exists: choose another name, or replace it with --force",
                    path.display()
                );
            }
            write_sheet(File::create(path).with_context(context)?, &rows, dialect)
                .with_context(context)?;
            eprintln!("{} facts in {}", rows.len(), path.display());
            Ok(())
        }
    }
}

/// The same number from each stratum, as far as it has them; where there are more strata than rows,
/// the largest ones. Sorted as the tables are, by language and table.
fn even(strata: BTreeMap<Stratum, Drawn>, rows: usize) -> Vec<Lot> {
    let mut strata: Vec<(u64, std::vec::IntoIter<Lot>)> = strata
        .into_values()
        .map(|drawn| (drawn.facts, drawn.lots.into_sorted_vec().into_iter()))
        .collect();
    strata.sort_by_key(|s| std::cmp::Reverse(s.0));
    let mut chosen = Vec::new();
    while chosen.len() < rows {
        let before = chosen.len();
        for (_, lots) in &mut strata {
            if chosen.len() < rows {
                chosen.extend(lots.next());
            }
        }
        if chosen.len() == before {
            break;
        }
    }
    let order = |lot: &Lot| {
        (
            lot.fact.language.clone(),
            TABLES.iter().position(|t| *t == lot.fact.table),
            lot.position,
        )
    };
    chosen.sort_by_cached_key(order);
    chosen
}

fn write_sheet(mut to: impl Write, rows: &[Lot], dialect: Dialect) -> Result<()> {
    let mut terminator = csv::Terminator::Any(b'\n');
    if dialect.excel {
        to.write_all(b"\xEF\xBB\xBF")?;
        terminator = csv::Terminator::CRLF;
    }
    let mut writer = csv::WriterBuilder::new()
        .delimiter(dialect.delimiter)
        .terminator(terminator)
        .from_writer(to);
    let result = (|| {
        writer.write_record(SHEET)?;
        for Lot { fact: f, .. } in rows {
            let cells = [
                "",
                &f.sentence_text,
                &f.text,
                &f.says,
                &f.published,
                &f.language,
                f.table,
                &f.rule,
                &f.article_id,
                &f.fact_id,
            ];
            writer.write_record(cells)?;
        }
        Ok(writer.flush()?)
    })();
    // The reason that the system gives must be seen, for a broken pipe is no failure.
    result.map_err(|error: csv::Error| match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => anyhow::anyhow!("{other:?}"),
    })
}

/// Judgements of a stratum or of a group of strata.
#[derive(Default, Clone, Copy)]
struct Tally {
    facts: u64,
    judged: u64,
    right: u64,
}

/// Precision of a group of strata with its interval: each judgement counts for as many facts as it
/// was drawn from.
fn precision(strata: &[Tally]) -> Option<(f64, f64, f64)> {
    let judged = || strata.iter().filter(|t| t.judged > 0);
    let facts: f64 = judged().map(|t| t.facts as f64).sum();
    if facts == 0.0 {
        return None;
    }
    let share = judged()
        .map(|t| t.facts as f64 * t.right as f64 / t.judged as f64)
        .sum::<f64>()
        / facts;
    // Unequal weights are worth fewer judgements (Kish 1965).
    let worth = facts * facts
        / judged()
            .map(|t| (t.facts as f64).powi(2) / t.judged as f64)
            .sum::<f64>();
    let (low, high) = wilson(share, worth);
    Some((share, low, high))
}

/// Wilson's interval of a share of `n`, at 95 %.
fn wilson(share: f64, n: f64) -> (f64, f64) {
    const Z: f64 = 1.959_963_984_540_054;
    let z2 = Z * Z;
    let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

fn score(dir: &Path, sheet: &Path) -> Result<()> {
    let mut judgements = judgements(sheet)?;
    let in_sheet = judgements.len();
    if in_sheet == 0 {
        bail!(
            "{}: nothing is judged; write 1 or 0 into the column `correct`",
            sheet.display()
        );
    }
    let mut strata: BTreeMap<Stratum, Tally> = BTreeMap::new();
    each_fact(dir, &mut |fact| {
        let tally = strata.entry(fact.stratum()).or_default();
        tally.facts += 1;
        if let Some(right) = judgements.remove(&fact.fact_id) {
            tally.judged += 1;
            tally.right += u64::from(right);
        }
    })?;
    if judgements.len() == in_sheet {
        bail!(
            "none of the facts in {} is in {}: was the sheet drawn from another run?",
            sheet.display(),
            dir.display()
        );
    }
    if let Some((id, _)) = judgements.first_key_value() {
        eprintln!(
            "note: {} judged facts are not in {}, for example {id}",
            judgements.len(),
            dir.display()
        );
    }
    let mut out = out();
    let no = String::new;
    print_groups(&mut out, &strata, &["table", "rule"], |(_, table, rule)| {
        [(*table).to_owned(), rule.clone()]
    })?;
    writeln!(out)?;
    print_groups(
        &mut out,
        &strata,
        &["table", "language"],
        |(language, table, _)| [(*table).to_owned(), language.clone()],
    )?;
    writeln!(out)?;
    print_groups(&mut out, &strata, &["table", ""], |(_, table, _)| {
        [(*table).to_owned(), no()]
    })?;
    writeln!(
        out,
        "\n{FAINT}Each judgement weighs as many facts as it was drawn from; intervals are Wilson's, at 95 %.{FAINT:#}"
    )?;
    Ok(())
}

fn print_groups(
    out: &mut impl Write,
    strata: &BTreeMap<Stratum, Tally>,
    names: &[&'static str; 2],
    group: impl Fn(&Stratum) -> [String; 2],
) -> Result<()> {
    let mut groups: BTreeMap<[String; 2], Vec<Tally>> = BTreeMap::new();
    for (stratum, tally) in strata {
        groups.entry(group(stratum)).or_default().push(*tally);
    }
    let mut table = Columns::new(&[
        names[0],
        names[1],
        "judged",
        "right",
        "precision",
        "interval",
        "facts",
    ]);
    for ([first, second], tallies) in groups {
        let Some((share, low, high)) = precision(&tallies) else {
            continue;
        };
        let sum = |of: fn(&Tally) -> u64| tallies.iter().map(of).sum::<u64>().to_string();
        let percent = |share: f64| format!("{:.1}", share * 100.0);
        table.row([
            first,
            second,
            sum(|t| t.judged),
            sum(|t| t.right),
            format!("{}%", percent(share)),
            format!("{} – {}%", percent(low), percent(high)),
            sum(|t| t.facts),
        ]);
    }
    table.print(out)?;
    Ok(())
}

/// What a returned sheet says of each fact that was judged.
fn judgements(sheet: &Path) -> Result<BTreeMap<String, bool>> {
    let (mut reader, columns) = csv_reader(sheet)?;
    let name = sheet.display();
    let column = |wanted: &str| {
        let at = columns
            .iter()
            .position(|c| c.trim().eq_ignore_ascii_case(wanted));
        at.with_context(|| {
            format!(
                "{name}: the column `{wanted}` is missing; there are: {}",
                columns.join(", ")
            )
        })
    };
    let (id_at, correct_at) = (column("fact_id")?, column("correct")?);
    let mut all = BTreeMap::new();
    for (number, record) in reader.records().enumerate() {
        // The heading is the first row that a person sees.
        let row = number + 2;
        let record = record.with_context(|| format!("{name}, row {row}"))?;
        let cell = |at: usize| record.get(at).unwrap_or_default().trim();
        let right = match cell(correct_at).to_ascii_lowercase().as_str() {
            "" => continue,
            "1" | "true" | "y" | "x" => true,
            "0" | "false" | "n" => false,
            other => bail!(
                "{name}, row {row}: «{other}» in the column `correct`; write 1 or 0, true or false, y or n, x, or nothing"
            ),
        };
        let id = cell(id_at);
        if id.is_empty() {
            bail!(
                "{name}, row {row}: the column `fact_id` is empty, so it cannot be told what was judged"
            );
        }
        if all
            .insert(id.to_owned(), right)
            .is_some_and(|before| before != right)
        {
            bail!("{name}, row {row}: {id} was judged before, and otherwise");
        }
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_is_that_of_the_textbooks() {
        // 8 of 10 (Agresti and Coull 1998 give the formula): 0.4902 to 0.9433.
        let (low, high) = wilson(0.8, 10.0);
        assert!(
            (low - 0.4902).abs() < 1e-4 && (high - 0.9433).abs() < 1e-4,
            "{low} {high}"
        );
        let (low, high) = wilson(1.0, 5.0);
        assert!(low > 0.5 && high == 1.0);
    }

    #[test]
    fn judgements_weigh_what_they_were_drawn_from() {
        let common = Tally {
            facts: 900,
            judged: 10,
            right: 10,
        };
        let rare = Tally {
            facts: 100,
            judged: 10,
            right: 0,
        };
        let (share, low, high) = precision(&[
            common,
            rare,
            Tally {
                facts: 5000,
                judged: 0,
                right: 0,
            },
        ])
        .unwrap();
        assert!((share - 0.9).abs() < 1e-9 && low < 0.9 && high > 0.9);
        assert!(precision(&[Tally::default()]).is_none());
    }

    #[test]
    fn lots_follow_from_seed_and_id() {
        assert_eq!(lot(1, "a#d1"), lot(1, "a#d1"));
        assert_ne!(lot(1, "a#d1"), lot(2, "a#d1"));
    }
}
