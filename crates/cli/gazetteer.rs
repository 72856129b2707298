//! `dateline gazetteer`.

use crate::args::{self, GazetteerBuild, GazetteerCheck, GazetteerCommand, ListFormat, Lists};
use crate::args::{MaxRejects, NameType};
use crate::print::{Columns, STRONG, out, pair};
use crate::reading::library;
use anyhow::{Context, Result, bail};
use dateline_gazetteer::{
    Builder, Choice, CommonWords, Counts, Error, Finding, Format, Gazetteer, Info, Lint, Sort,
};
use dateline_ingest::Plain;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Runs the command; the exit code.
pub fn run(a: &args::Gazetteer) -> Result<u8> {
    match &a.command {
        GazetteerCommand::Build(a) => build(a),
        GazetteerCommand::Info(a) => info(a.file.as_deref()),
        GazetteerCommand::Check(a) => check(a),
    }
}

impl NameType {
    fn of_model(self) -> dateline_model::NameType {
        match self {
            Self::Person => dateline_model::NameType::Person,
            Self::Organization => dateline_model::NameType::Organization,
            Self::Place => dateline_model::NameType::Place,
            Self::Other => dateline_model::NameType::Other,
        }
    }
}

/// A list that is open.
struct List {
    path: PathBuf,
    format: Format,
    input: Plain,
}

impl Lists {
    /// The lists, in the order in which they must be read.
    fn open(&self) -> Result<Vec<List>> {
        let mut all = Vec::new();
        for path in &self.inputs {
            let input = Plain::open(path)?;
            if Gazetteer::is_compiled(input.head()) {
                bail!(
                    "{}: this is a file made by `dateline gazetteer build`, not a list",
                    path.display()
                );
            }
            let format = match (self.format, Format::of(input.head())) {
                (ListFormat::Auto, found) => found,
                (ListFormat::Table, _) => Format::Table,
                (ListFormat::GeoNames, Format::GeoNamesNames) => Format::GeoNamesNames,
                (ListFormat::GeoNames, _) => Format::GeoNames,
                (ListFormat::Wikidata, _) => Format::Wikidata,
                (ListFormat::JrcNames, _) => Format::JrcNames,
            };
            all.push(List {
                path: path.clone(),
                format,
                input,
            });
        }
        all.sort_by_key(|list| list.format.stage());
        Ok(all)
    }

    fn choice(&self, lists: &[List]) -> Choice {
        Choice {
            languages: self.languages.clone(),
            name_type: self.name_type.map(NameType::of_model),
            min_population: self.min_population,
            names_follow: lists.iter().any(|l| l.format == Format::GeoNamesNames),
        }
    }
}

/// Words that are no names, of these languages or, where none is given, of all: function words, months,
/// weekdays, and what the tables call no name.
fn common_words(languages: &[String]) -> Result<CommonWords> {
    const SLOTS: [&str; 5] = ["month", "month_abbr", "weekday", "weekday_abbr", "not_name"];
    let library = library(None)?;
    let mut common = CommonWords::default();
    for folder in library.folders() {
        let wanted = languages.is_empty() || languages.iter().any(|l| l == folder.tag);
        if !wanted || folder.file("language.toml").is_none() {
            continue;
        }
        let pack = library.pack(folder.tag)?;
        let name = &pack.language.name;
        for word in &pack.function_words {
            common.add(word, &format!("{name}: function word"));
        }
        for row in pack.rows.iter().filter(|r| SLOTS.contains(&r.slot)) {
            if !row.form.starts_with('*') {
                common.add(&row.form, &format!("{name}: {}", row.slot));
            }
        }
    }
    Ok(common)
}

/// Wrong rows that are told one by one; the closing line counts them all.
const TOLD_REJECTS: u64 = 20;

/// Tells a wrong row.
fn reject(rejects: &mut u64, error: &Error) {
    *rejects += 1;
    if *rejects <= TOLD_REJECTS {
        eprintln!("reject: {error}");
    }
}

fn more_rejects(rejects: u64) {
    if let Some(more @ 1..) = rejects.checked_sub(TOLD_REJECTS) {
        eprintln!("reject: {more} more");
    }
}

/// The name of a list, without the folders of this machine.
fn file_name(path: &Path) -> String {
    let name = path.file_name().unwrap_or(path.as_os_str());
    name.to_string_lossy().replace(['\t', '\n'], " ")
}

fn build(a: &GazetteerBuild) -> Result<u8> {
    let begun = Instant::now();
    if a.out.exists() && !a.force {
        bail!("{}: is there already; --force replaces it", a.out.display());
    }
    let lists = a.lists.open()?;
    let choice = a.lists.choice(&lists);
    let dumps = lists.iter().any(|l| l.format != Format::Table);
    let common = if dumps {
        common_words(&[])?
    } else {
        CommonWords::default()
    };
    let mut builder = Builder::new(choice, common);
    let mut all = Counts::default();
    let mut about = Vec::new();
    for mut list in lists {
        let mut rejects = 0;
        let counts = builder.read(
            &list.path.display().to_string(),
            list.format,
            &mut list.input,
            &mut |error| {
                reject(&mut rejects, &error);
                Ok(())
            },
        )?;
        more_rejects(rejects);
        eprintln!(
            "{}: {}; {} rows, {} names, {} left out, {} rejects",
            list.path.display(),
            list.format.name(),
            counts.rows,
            counts.names,
            counts.left_out,
            counts.rejects
        );
        about.push(format!(
            "{}\t{}\t{}\t{}\tblake3:{}\n",
            file_name(&list.path),
            list.format.licence(),
            counts.names,
            counts.rejects,
            list.input.checksum()
        ));
        all.rows += counts.rows;
        all.names += counts.names;
        all.rejects += counts.rejects;
    }
    if all.names == 0 {
        bail!("no name in these lists; nothing was written");
    }
    about.sort();
    let compiled = builder.finish(&about.concat())?;
    crate::file::write(&a.out, |file| compiled.write(file))
        .with_context(|| a.out.display().to_string())?;
    eprintln!(
        "{}: {} names, {} rejects; {:.1} s",
        a.out.display(),
        all.names,
        all.rejects,
        begun.elapsed().as_secs_f64()
    );
    let allowed = a.max_rejects.unwrap_or(MaxRejects::Percent(100.0));
    Ok(if allowed.exceeded(all.rejects, all.rows) {
        crate::TOO_MANY_REJECTS
    } else {
        crate::DONE
    })
}

fn info(file: Option<&Path>) -> Result<u8> {
    let gazetteer = match file {
        None => Gazetteer::embedded(),
        Some(path) => {
            let context = || path.display().to_string();
            let input = Plain::open(path)?;
            if !Gazetteer::is_compiled(input.head()) {
                bail!(
                    "{}: this is no file made by `dateline gazetteer build`",
                    path.display()
                );
            }
            let file = std::fs::File::open(path).with_context(context)?;
            Gazetteer::embedded()
                .with_compiled(&file)
                .with_context(context)?
        }
    };
    let info = gazetteer.info();
    let mut out = out();
    let name = file.map_or("embedded".into(), |f| f.display().to_string());
    pair(&mut out, 0, "file", &name)?;
    pair(&mut out, 0, "bytes", &info.bytes.to_string())?;
    let whole = if info.whole {
        ""
    } else {
        ", WRONG: the file was changed"
    };
    let checksum = format!("xxh3:{:016x}{whole}", info.checksum);
    pair(&mut out, 0, "checksum", &checksum)?;
    pair(&mut out, 0, "names", &info.forms.to_string())?;
    pair(&mut out, 0, "entities", &info.entities.to_string())?;
    tables(&mut out, &info)?;
    Ok(if info.whole {
        crate::DONE
    } else {
        crate::FAILED
    })
}

fn tables(out: &mut impl Write, info: &Info) -> Result<()> {
    writeln!(out)?;
    let mut table = Columns::new(&["type", "kind", "names", "entities"]);
    for (kind, (names, entities)) in &info.kinds {
        let name_type = kind.name_type().map_or("", |t| t.as_str());
        table.row([
            name_type.to_owned(),
            kind.code().to_owned(),
            names.to_string(),
            entities.to_string(),
        ]);
    }
    table.print(out)?;
    writeln!(out)?;
    let mut table = Columns::new(&["flag", "names", "meaning"]);
    for (letter, count) in info.flags {
        let meaning = match letter {
            'a' => "acronym: found in this case only",
            'w' => "weak: also another word or thing, asks for more than the name",
            'x' => "never a name alone",
            'h' => "no longer in use",
            _ => "from a table of one's own: counts in all languages",
        };
        table.row([letter.to_string(), count.to_string(), meaning.to_owned()]);
    }
    table.print(out)?;
    writeln!(out)?;
    let mut table = Columns::new(&["language", "names"]);
    let mut languages: Vec<_> = info.languages.iter().collect();
    languages.sort_by_key(|(tag, count)| (std::cmp::Reverse(**count), *tag));
    for (tag, count) in languages {
        let tag = if tag.is_empty() { "any" } else { tag };
        table.row([tag.to_owned(), count.to_string()]);
    }
    table.print(out)?;
    if !info.about.is_empty() {
        writeln!(out)?;
        let mut table = Columns::new(&["source", "names", "rejects", "from", "checksum"]);
        for line in info.about.lines() {
            let mut cells = line.split('\t').map(str::to_owned);
            let mut cell = || cells.next().unwrap_or_default();
            let (source, from, names, rejects) = (cell(), cell(), cell(), cell());
            table.row([source, names, rejects, from, cell()]);
        }
        table.print(out)?;
    }
    Ok(())
}

/// Findings of a sort that are told without `--all`.
const SHOWN: usize = 20;

fn check(a: &GazetteerCheck) -> Result<u8> {
    let lists = a.lists.open()?;
    let choice = a.lists.choice(&lists);
    let mut lint = Lint::new(choice, common_words(&a.lists.languages)?);
    let mut rejects = 0;
    let mut names = 0;
    for mut list in lists {
        let mut wrong = |error: Error| {
            reject(&mut rejects, &error);
            Ok(())
        };
        let name = list.path.display().to_string();
        names += lint
            .read(&name, list.format, &mut list.input, &mut wrong)?
            .names;
    }
    more_rejects(rejects);
    let findings = lint.findings();
    let mut by_sort: BTreeMap<Sort, Vec<&Finding>> = BTreeMap::new();
    for finding in &findings {
        by_sort.entry(finding.sort).or_default().push(finding);
    }
    let mut out = out();
    for (sort, findings) in by_sort {
        let (title, advice) = told(sort);
        writeln!(out, "{STRONG}{title}{STRONG:#} ({})", findings.len())?;
        writeln!(out, "{advice}")?;
        let shown = if a.all { findings.len() } else { SHOWN };
        for f in findings.iter().take(shown) {
            writeln!(out, "  {}, row {}: «{}»: {}", f.file, f.line, f.what, f.why)?;
        }
        if let Some(more @ 1..) = findings.len().checked_sub(shown) {
            writeln!(out, "  and {more} more; --all tells them")?;
        }
        writeln!(out)?;
    }
    writeln!(
        out,
        "{names} names, {} findings, {rejects} rejects",
        findings.len()
    )?;
    Ok(if findings.is_empty() && rejects == 0 {
        crate::DONE
    } else {
        1
    })
}

/// What a sort is called, and what to do.
fn told(sort: Sort) -> (&'static str, &'static str) {
    match sort {
        Sort::TwoLabels => (
            "One id, two names",
            "The tables will use one of them. Are they one thing? Then make one of them an alias.",
        ),
        Sort::TwoTypes => ("One id, two types", "Give each thing an id of its own."),
        Sort::BadId => (
            "Ids that cannot be right",
            "Ids come out as they are given.",
        ),
        Sort::CommonWord => (
            "Names that are common words",
            "Each such word with a capital would become a name. Leave them out, or give them the flag w.",
        ),
        Sort::OneLetter => (
            "Names of one letter",
            "They would be found in initials and lists. Leave them out.",
        ),
        Sort::Ambiguous => (
            "Names that stand for several things",
            "Where nothing else tells them apart, `entity_id` stays empty, or a name of yours hides one of the program's.",
        ),
        Sort::MixedScripts => (
            "Words with letters of two scripts",
            "Look alike, but are never found: type them anew.",
        ),
    }
}
