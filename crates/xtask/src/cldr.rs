//! `cldr CLDR_DIR`: writes `crates/languages/data/<tag>/` from per-locale JSON of the Unicode
//! CLDR: `cldr.tsv` always, `language.toml` only where there is none, since people edit it.
//!
//! A locale is one JSON object; the keys that are read are those named in this file. A locale
//! with `differs_from` holds only what differs from that one.

mod relative;
mod spellout;

use anyhow::Context as _;
use dateline_text::{Script, fold, script_of};
use relative::{Cut, Pattern, Units};
use serde_json::Value;
use spellout::Spellout;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// CLDR's field names of units that have patterns such as «{0} days ago».
const UNITS: [&str; 8] = [
    "second", "minute", "hour", "day", "week", "month", "quarter", "year",
];

/// CLDR's weekday fields, Monday first.
const WEEKDAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Languages whose week begins on another day than Monday (CLDR's weekData, for the region in
/// which most speakers live): 6 Saturday, 7 Sunday. The JSON has no weekData of its own.
const FIRST_WEEKDAY: &[(u8, &[&str])] = &[
    (6, &["ar", "ckb", "fa", "ps"]),
    (
        7,
        &[
            "af",
            "am",
            "as",
            "bn",
            "en",
            "en-IN",
            "es-MX",
            "tl",
            "fr-CA",
            "gu",
            "he",
            "hi",
            "id",
            "ja",
            "jv",
            "km",
            "kn",
            "ko",
            "lo",
            "ml",
            "mr",
            "mt",
            "my",
            "ne",
            "om",
            "or",
            "pa",
            "pt",
            "pt-PT",
            "sd",
            "sn",
            "ta",
            "te",
            "th",
            "ti",
            "ur",
            "xh",
            "zh-Hant",
            "zh-Hant-HK",
            "zu",
        ],
    ),
];

const ROOT: &str = r#"name = "root"
script = "Zyyy"
date_order = "dmy"
decimal = "."
group = [",", " "]
quotes = [["“", "”"], ["«", "»"], ["„", "“"], ["\"", "\""]]
first_weekday = 1
"#;

/// Runs the command over the JSON files of a folder.
pub fn run(source: &Path) -> anyhow::Result<()> {
    let mut locales = BTreeMap::new();
    for entry in
        std::fs::read_dir(source).with_context(|| format!("cannot read {}", source.display()))?
    {
        let path = entry?.path();
        if path.extension().is_none_or(|x| x != "json") {
            continue;
        }
        let json =
            std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let json: Value =
            serde_json::from_slice(&json).with_context(|| path.display().to_string())?;
        let tag = json["locale"]
            .as_str()
            .with_context(|| format!("{}: no `locale`", path.display()))?;
        // CLDR names Tagalog by its standard form; dateline by its ISO 639-1 code.
        let tag = if tag == "fil" { "tl" } else { tag };
        locales.insert(tag.to_owned(), json);
    }
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../languages/data");
    let (mut rows, mut unclear) = (0, Vec::new());
    for folder in generate(&locales)? {
        let dir = data.join(&folder.tag);
        std::fs::create_dir_all(&dir)?;
        if !dir.join("language.toml").exists() {
            std::fs::write(dir.join("language.toml"), &folder.language)?;
        }
        if let Some(table) = &folder.table {
            std::fs::write(dir.join("cldr.tsv"), table)?;
            rows += table.lines().filter(|l| !l.starts_with('#')).count();
        }
        if folder.unclear > 0 {
            unclear.push(format!("{} {}", folder.tag, folder.unclear));
        }
    }
    eprintln!("{} locales, {rows} rows", locales.len());
    eprintln!(
        "relative patterns left out, unit and direction inseparable: {}",
        unclear.join(", ")
    );
    Ok(())
}

/// What is written for one locale.
#[derive(Debug, PartialEq, Eq)]
struct Folder {
    tag: String,
    language: String,
    /// `None` for root, which CLDR's tables do not feed.
    table: Option<String>,
    /// Relative patterns that could not be cut.
    unclear: usize,
}

fn generate(locales: &BTreeMap<String, Value>) -> anyhow::Result<Vec<Folder>> {
    let shared = Shared::new(locales);
    let mut folders = vec![Folder {
        tag: "root".into(),
        language: ROOT.into(),
        table: None,
        unclear: 0,
    }];
    for (tag, own) in locales {
        let whole = merged(locales, tag)?;
        let mut rows = Rows::default();
        let unclear = Locale::new(tag, &whole, &shared).write(&mut rows);
        let mut rows = rows.finish();
        if let Some(parent) = own["differs_from"].as_str() {
            let mut inherited = Rows::default();
            Locale::new(parent, &merged(locales, parent)?, &shared).write(&mut inherited);
            let inherited = inherited.finish();
            rows.retain(|row| !inherited.contains(row));
        }
        let version = own["cldr"].as_str().unwrap_or("unknown version");
        let mut table = format!(
            "# Unicode CLDR {version}, Unicode License v3, © 1991–2026 Unicode, Inc.\n\
             # Made by `cargo run -p xtask -- cldr CLDR_DIR`: put additions and removals into another table.\n"
        );
        for row in rows {
            table.push_str(&row.to_string());
            table.push('\n');
        }
        let language = language_toml(tag, own, &whole, &shared)?;
        folders.push(Folder {
            tag: tag.clone(),
            language,
            table: Some(table),
            unclear,
        });
    }
    Ok(folders)
}

/// A locale with all that it takes from the one it differs from.
fn merged(locales: &BTreeMap<String, Value>, tag: &str) -> anyhow::Result<Value> {
    fn lay(base: &mut Value, over: &Value) {
        match (base, over) {
            (Value::Object(base), Value::Object(over)) => {
                for (key, value) in over {
                    lay(base.entry(key.clone()).or_insert(Value::Null), value);
                }
            }
            (base, over) => *base = over.clone(),
        }
    }
    let mut chain = vec![
        locales
            .get(tag)
            .with_context(|| format!("no locale {tag}"))?,
    ];
    while let Some(parent) = chain.last().and_then(|l| l["differs_from"].as_str()) {
        anyhow::ensure!(chain.len() < 8, "{tag}: differs_from runs in a circle");
        chain.push(
            locales
                .get(parent)
                .with_context(|| format!("{tag} differs from {parent}, which is not there"))?,
        );
    }
    let mut whole = Value::Null;
    for locale in chain.into_iter().rev() {
        lay(&mut whole, locale);
    }
    Ok(whole)
}

/// What one locale must know of the others.
struct Shared {
    /// Placeholders of CLDR's root («{0} d», «BCE») that a locale holds where it has no words of
    /// its own, by key.
    placeholders: BTreeSet<(String, String)>,
    /// English names of languages and territories.
    english: Value,
}

impl Shared {
    fn new(locales: &BTreeMap<String, Value>) -> Self {
        let mut placeholders = BTreeSet::new();
        // The names of a unit that most locales share verbatim, if one or two letters stand for
        // the unit, are root's.
        for unit in UNITS.into_iter().chain(["decade", "century"]) {
            let key = format!("duration-{unit}");
            let mut count: BTreeMap<String, (usize, &Value)> = BTreeMap::new();
            for names in locales
                .values()
                .map(|l| &l["units"][&key]["long"])
                .filter(|n| n.is_object())
            {
                let seen = count.entry(names.to_string()).or_insert((0, names));
                seen.0 += 1;
            }
            if let Some((n, names)) = count.values().max_by_key(|(n, _)| *n) {
                let short = names["other"]
                    .as_str()
                    .is_some_and(|o| o.replace("{0}", "").trim().len() <= 3);
                if *n > 2 && short {
                    placeholders.extend(strings(names).map(|s| (key.clone(), s.to_owned())));
                }
            }
        }
        let english = locales.get("en").cloned().unwrap_or_default();
        for kind in ["eraNames", "eraAbbr"] {
            for (key, name) in english["eras"][kind].as_object().into_iter().flatten() {
                if key.ends_with("-alt-variant") {
                    placeholders.extend(name.as_str().map(|n| ("eras".to_owned(), n.to_owned())));
                }
            }
        }
        for quarter in strings(&english["quarters"]["format"]["abbreviated"]) {
            placeholders.insert(("quarters".into(), quarter.to_owned()));
        }
        // Root has no full names of days but these.
        for day in strings(&english["weekdays"]["format"]["abbreviated"]) {
            placeholders.insert(("weekdays".into(), day.to_owned()));
        }
        Self {
            placeholders,
            english,
        }
    }

    fn is_placeholder(&self, key: &str, text: &str) -> bool {
        self.placeholders
            .contains(&(key.to_owned(), text.to_owned()))
    }
}

/// All strings of an array or of an object's values, not deeper.
fn strings(value: &Value) -> impl Iterator<Item = &str> {
    let array = value.as_array().into_iter().flatten();
    array
        .chain(value.as_object().into_iter().flat_map(|o| o.values()))
        .filter_map(Value::as_str)
}

#[derive(Debug, PartialEq, Eq, Clone, PartialOrd, Ord)]
struct Row {
    slot: &'static str,
    /// Numbers sort as numbers.
    order: i64,
    value: String,
    form: String,
    flags: String,
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\t{}\t{}", self.slot, self.form, self.value)?;
        if self.flags.is_empty() {
            Ok(())
        } else {
            write!(f, "\t{}", self.flags)
        }
    }
}

/// The rows of a locale, each slot, value and folded form once: the first spelling wins.
#[derive(Default)]
struct Rows {
    seen: BTreeSet<(&'static str, String, String)>,
    rows: Vec<Row>,
}

impl Rows {
    fn add(&mut self, slot: &'static str, form: &str, value: impl ToString, flags: &str) {
        let Some(form) = clean(form) else { return };
        let value = value.to_string();
        if self.seen.insert((slot, value.clone(), fold(&form))) {
            let order = value.parse().unwrap_or(i64::MIN);
            self.rows.push(Row {
                slot,
                order,
                value,
                form,
                flags: flags.to_owned(),
            });
        }
    }

    fn has(&self, slot: &str, form: &str) -> bool {
        let folded = fold(form);
        self.seen.iter().any(|s| s.0 == slot && s.2 == folded)
    }

    fn finish(mut self) -> Vec<Row> {
        // One phrase for last, this and next year is a slip of the source.
        let mut values: BTreeMap<String, usize> = BTreeMap::new();
        for row in self.rows.iter().filter(|r| r.slot == "relative_unit") {
            *values.entry(fold(&row.form)).or_default() += 1;
        }
        self.rows.retain(|r| {
            r.slot != "relative_unit" || values.get(&fold(&r.form)).is_none_or(|n| *n < 3)
        });
        self.rows.sort();
        self.rows
    }
}

/// A form without invisible signs, with plain spaces; `None` for what cannot be a form: no
/// letter, a placeholder, signs that mean something in a table, several words in a list.
fn clean(text: &str) -> Option<String> {
    let visible: String = text
        .chars()
        .filter(|c| {
            !matches!(
                c,
                '\u{ad}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{feff}'
            )
        })
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    let words: Vec<&str> = visible.split_whitespace().collect();
    let form = words.join(" ");
    let form = form.trim_matches(['"', '“', '”', ',', '،', ';', ':', ' ']);
    let letters = form.chars().any(char::is_alphabetic);
    let list = form.contains([',', '،', ';', '·']) || form.contains(" / ");
    (letters && !list && !form.contains(['{', '}', '(', ')', '|', '*', '=']))
        .then(|| form.to_owned())
}

fn letters(form: &str) -> usize {
    form.chars().filter(|c| c.is_alphabetic()).count()
}

fn has_digit(form: &str) -> bool {
    form.chars()
        .any(|c| dateline_text::digits_value(c.encode_utf8(&mut [0; 4])).is_some())
}

/// Whether all cased first letters are capitals, and there are some.
fn capitalised<'a>(mut forms: impl Iterator<Item = &'a str>) -> bool {
    let mut some = false;
    let all = forms.all(|f| {
        let first = f.chars().find(|c| c.is_alphabetic());
        let cased = first.is_some_and(|c| c.is_uppercase() || c.is_lowercase());
        some |= cased;
        !cased || first.is_some_and(char::is_uppercase)
    });
    some && all
}

/// `exact` for acronyms and for short abbreviations with a capital, which small letters would
/// make an everyday word.
fn acronym(form: &str) -> &'static str {
    let capitals = form.chars().filter(|c| c.is_uppercase()).count();
    let n = letters(form);
    let plain = form.chars().all(char::is_alphabetic);
    if plain && capitals > 0 && (capitals == n || n <= 3) {
        "exact"
    } else {
        ""
    }
}

struct Locale<'a> {
    json: &'a Value,
    shared: &'a Shared,
    english: bool,
    script: &'static str,
    main: Script,
    /// Each character is a token.
    unspaced: bool,
}

impl<'a> Locale<'a> {
    fn new(tag: &str, json: &'a Value, shared: &'a Shared) -> Self {
        let (script, main) = script(tag, json);
        let english = tag.split('-').next() == Some("en");
        Self {
            json,
            shared,
            english,
            script,
            main,
            unspaced: main.unspaced(),
        }
    }

    /// Adds all rows; returns how many relative patterns could not be cut.
    fn write(&self, rows: &mut Rows) -> usize {
        let both =
            ["months", "weekdays"].map(|k| capitalised(strings(&self.json[k]["format"]["wide"])));
        // A language that writes only one of the two with a capital is left free to do otherwise.
        let cap = if both == [true, true] { "cap" } else { "" };
        self.months(rows, cap);
        self.weekdays(rows, cap);
        self.formats(rows, cap);
        self.fixed_phrases(rows);
        let unclear = self.units(rows);
        self.quarters(rows);
        self.eras(rows);
        self.day_periods(rows);
        self.number_words(rows);
        unclear
    }

    /// Hangul, Han and kana: a name may be one character.
    fn short_names(&self) -> bool {
        matches!(self.script, "Hans" | "Hant" | "Jpan" | "Kore")
    }

    /// Adds a full name, or an abbreviation with and without its dot.
    fn name(
        &self,
        rows: &mut Rows,
        slot: &'static str,
        form: &str,
        value: usize,
        cap: &str,
        short: bool,
    ) {
        let Some(form) = clean(form) else { return };
        let bare = form.strip_suffix('.').unwrap_or(&form);
        // A name in alphabetic scripts has three letters; elsewhere a full name may have two.
        let alphabetic = matches!(self.script, "Latn" | "Cyrl" | "Grek" | "Armn" | "Geor");
        let least = if self.short_names() {
            2
        } else if short || alphabetic {
            3
        } else {
            2
        };
        // Thai and Lao abbreviations are letters with dots, which make them plain.
        let length = if self.unspaced {
            bare.chars().count()
        } else {
            letters(bare)
        };
        if length < least || rows.seen.contains(&(slot, value.to_string(), fold(bare))) {
            return;
        }
        if !short || self.short_names() {
            return rows.add(slot, &form, value, if short { "" } else { cap });
        }
        let flags = if cap.is_empty() {
            "abbr".to_owned()
        } else {
            format!("{cap} abbr")
        };
        rows.add(slot, bare, value, &flags);
        let closed =
            bare.ends_with(['׳', '॰', '’', '\'']) || bare.ends_with(|c: char| c.is_ascii_digit());
        if form != bare || !closed && !self.unspaced {
            rows.add(slot, &format!("{bare}."), value, &flags);
        }
    }

    /// Month names of a width: with the words before them («de» gener) cut off and given apart.
    fn month_names(&self, context: &str, width: &str) -> (Vec<String>, BTreeSet<String>) {
        let get = |context: &str| -> Vec<String> {
            strings(&self.json["months"][context][width])
                .map(str::to_owned)
                .collect()
        };
        let (mut names, alone) = (get(context), get("stand-alone"));
        let mut prefixes = BTreeSet::new();
        if context != "format" || names.len() != alone.len() {
            return (names, prefixes);
        }
        let cut: Option<Vec<&str>> = names
            .iter()
            .zip(&alone)
            .map(|(name, alone)| name.strip_suffix(alone.as_str()).filter(|p| !p.is_empty()))
            .collect();
        if let Some(cut) = cut {
            prefixes = cut.into_iter().map(|p| p.trim().to_owned()).collect();
            return (alone, prefixes);
        }
        let first = |n: &String| n.split_once(' ').map(|(first, _)| fold(first));
        let shared: BTreeSet<_> = names.iter().map(first).collect();
        if let (1, Some(Some(word))) = (shared.len(), shared.first()) {
            let named = names
                .iter()
                .all(|n| n.split_once(' ').is_some_and(|(_, n)| letters(n) > 0));
            if named && !alone.iter().any(|a| first(a).as_ref() == Some(word)) {
                prefixes.insert(word.clone());
                names = names
                    .iter()
                    .filter_map(|n| n.split_once(' ').map(|(_, n)| n.to_owned()))
                    .collect();
            }
        }
        (names, prefixes)
    }

    fn months(&self, rows: &mut Rows, cap: &str) {
        for width in ["wide", "abbreviated"] {
            for context in ["format", "stand-alone"] {
                let (names, prefixes) = self.month_names(context, width);
                for prefix in prefixes {
                    rows.add("date_of", &prefix, "", "");
                }
                // «3月», «3월»: a number and a mark, not names.
                let marks: BTreeSet<&str> = names
                    .iter()
                    .map(|n| n.trim_start_matches(|c: char| c.is_ascii_digit()))
                    .collect();
                if let (1, Some(mark), true) = (marks.len(), marks.first(), self.short_names()) {
                    rows.add("month_mark", mark, "", "");
                    continue;
                }
                for (i, name) in names.iter().enumerate() {
                    self.name(rows, "month", name, i + 1, cap, width == "abbreviated");
                }
            }
        }
    }

    fn weekdays(&self, rows: &mut Rows, cap: &str) {
        let foreign: Vec<bool> = strings(&self.json["weekdays"]["format"]["wide"])
            .map(|name| !self.english && self.shared.is_placeholder("weekdays", name))
            .collect();
        for width in ["wide", "abbreviated"] {
            for context in ["format", "stand-alone"] {
                for (i, name) in strings(&self.json["weekdays"][context][width]).enumerate() {
                    let own_short =
                        width == "abbreviated" && !self.shared.is_placeholder("weekdays", name);
                    if foreign.get(i) == Some(&true) && !own_short {
                        continue;
                    }
                    // CLDR's week begins with Sunday, ours with Monday.
                    let value = if i == 0 { 7 } else { i };
                    self.name(rows, "weekday", name, value, cap, width == "abbreviated");
                }
            }
        }
    }

    /// The words that date patterns put between day, month and year.
    fn formats(&self, rows: &mut Rows, cap: &str) {
        let patterns: BTreeSet<&str> = ["date_formats", "available_formats"]
            .into_iter()
            .flat_map(|k| strings(&self.json[k]))
            .collect();
        for pattern in patterns {
            let parts = parse_pattern(pattern);
            if parts
                .iter()
                .any(|p| matches!(p, Part::Field(f, _) if !"GyMLdEc".contains(*f)))
            {
                continue;
            }
            for (i, part) in parts.iter().enumerate() {
                let Part::Literal(literal) = part else {
                    continue;
                };
                let field = |p: Option<&Part>| match p {
                    Some(Part::Field(f, n)) => (*f, *n),
                    _ => (' ', 0),
                };
                let before = field(i.checked_sub(1).and_then(|i| parts.get(i)));
                let after = field(parts.get(i + 1));
                for literal in optional(literal) {
                    self.literal(rows, cap, before, &literal, after);
                }
            }
        }
    }

    fn literal(
        &self,
        rows: &mut Rows,
        cap: &str,
        before: (char, usize),
        literal: &str,
        after: (char, usize),
    ) {
        let outside = |c: char| {
            c.is_ascii_punctuation() && c != '.' && c != '\''
                || matches!(c, '،' | '၊' | '፣' | '、' | '（' | '）')
        };
        let word = |w: &str| {
            w.trim_matches(outside)
                .trim_start_matches(['.', '․'])
                .to_owned()
        };
        let mark = |rows: &mut Rows, slot: &'static str, w: &str| {
            rows.add(slot, w, "", "");
            rows.add(slot, w.trim_end_matches(['.', '․']), "", "");
        };
        let spaced = literal.starts_with(char::is_whitespace);
        let mut words = literal.split_whitespace().map(word).collect::<Vec<_>>();
        let first = if words.is_empty() {
            String::new()
        } else {
            words.remove(0)
        };
        let rest = words
            .into_iter()
            .filter(|w| !w.is_empty())
            .collect::<Vec<_>>()
            .join(" ");
        let all = [first.as_str(), rest.as_str()].join(" ");
        let all = all.trim();
        match (before.0, after.0) {
            ('y', _) => mark(
                rows,
                "year_mark",
                if rest.is_empty() { &first } else { all },
            ),
            ('d', 'M' | 'L') => {
                // What touches the day belongs to it; what touches the month, to the month.
                let touches_month = !literal.ends_with(char::is_whitespace) && !self.unspaced;
                match (spaced, touches_month) {
                    (true, true) if rest.is_empty() => {
                        self.month_affix(rows, cap, &first, after.1, true)
                    }
                    (true, _) => rows.add("date_of", all, "", ""),
                    (false, _) => {
                        mark(rows, "day_mark", &first);
                        rows.add("date_of", &rest, "", "");
                    }
                }
            }
            ('d', _) => mark(rows, "day_mark", &first),
            ('M' | 'L', next) => match (spaced, self.unspaced || self.short_names()) {
                (false, true) => mark(rows, "month_mark", &first),
                (false, false) => self.month_affix(rows, cap, &first, before.1, false),
                (true, _) if next == 'y' => rows.add("date_of", all, "", ""),
                (true, _) => {}
            },
            ('E' | 'c', 'd') => rows.add("day_lead", all, "", ""),
            _ => {}
        }
    }

    /// Month names with letters that patterns put before or after them (Hebrew, Mongolian).
    fn month_affix(&self, rows: &mut Rows, cap: &str, affix: &str, width: usize, before: bool) {
        if affix.is_empty() || !affix.chars().all(char::is_alphabetic) {
            return;
        }
        let width = match width {
            4 => "wide",
            3 => "abbreviated",
            _ => return,
        };
        let (names, _) = self.month_names("format", width);
        let (full, _) = self.month_names("format", "wide");
        for (i, name) in names.iter().enumerate() {
            let form = if before {
                format!("{affix}{name}")
            } else {
                format!("{name}{affix}")
            };
            if !name.ends_with('.') {
                self.name(rows, "month", &form, i + 1, cap, full.get(i) != Some(name));
            }
        }
    }

    /// «yesterday», «last month», «last Monday», «now».
    fn fixed_phrases(&self, rows: &mut Rows) {
        let field = |name: &str, shift: i32| {
            self.json["relative"][name][format!("relative-type-{shift}")].as_str()
        };
        for shift in -3..=3 {
            if let Some(form) = field("day", shift) {
                rows.add("relative_day", form, shift, "");
            }
            for unit in ["hour", "minute", "week", "month", "quarter", "year"] {
                if let Some(form) = field(unit, shift).filter(|f| !has_digit(f)) {
                    rows.add("relative_unit", form, format!("{unit}:{shift}"), "");
                }
            }
            for (i, day) in WEEKDAYS.iter().enumerate() {
                if let Some(form) = field(day, shift) {
                    rows.add(
                        "relative_unit",
                        form,
                        format!("weekday{}:{shift}", i + 1),
                        "",
                    );
                }
            }
        }
        if let Some(form) = field("second", 0) {
            rows.add("vague", form, "PRESENT_REF", "");
        }
    }

    /// Words of a phrase: characters where each character is a token.
    fn words(&self, phrase: &str) -> Vec<String> {
        let phrase = clean(phrase).unwrap_or_default();
        if self.unspaced {
            return phrase
                .chars()
                .filter(|c| !c.is_whitespace())
                .map(String::from)
                .collect();
        }
        phrase.split_whitespace().map(str::to_owned).collect()
    }

    fn join(&self, words: &[String]) -> String {
        words.join(if self.unspaced { "" } else { " " })
    }

    /// Names of units, and the words of «3 days ago» and «in 3 days».
    fn units(&self, rows: &mut Rows) -> usize {
        let mut names: Vec<(&'static str, String)> = Vec::new();
        let foreign = |form: &str| self.script != "Latn" && form.is_ascii();
        for unit in UNITS.into_iter().chain(["decade", "century"]) {
            let key = format!("duration-{unit}");
            for (class, form) in self.json["units"][&key]["long"]
                .as_object()
                .into_iter()
                .flatten()
            {
                let Some(form) = form.as_str() else { continue };
                if class == "gender" || self.shared.is_placeholder(&key, form) && !self.english {
                    continue;
                }
                let counted = form.contains("{0}");
                let name = form.replace("{0}", "");
                if foreign(&name) || has_digit(&name) {
                    continue;
                }
                match (class.as_str(), counted) {
                    // The heading of a column in Chinese is no counting word: «月» is not «个月».
                    ("displayName", _) if self.short_names() => {}
                    ("two", false) => rows.add("unit_dual", &name, unit, ""),
                    ("displayName" | "one", _) | (_, true) => names.push((unit, name)),
                    _ => {}
                }
            }
            let heading = self.json["relative"][unit]["displayName"].as_str();
            names.extend(
                heading
                    .filter(|_| !self.short_names())
                    .map(|name| (unit, name.to_owned())),
            );
        }
        let mut units = Units::new();
        for (unit, name) in &names {
            let Some(name) = clean(name) else { continue };
            self.unit(rows, unit, &name);
            units
                .entry(unit)
                .or_default()
                .insert(relative::folded(&self.words(&name)));
        }
        let mut unclear = 0;
        for (time, sign) in [("past", -1), ("future", 1)] {
            let past = sign < 0;
            let mut patterns: Vec<Pattern> = Vec::new();
            for unit in UNITS {
                let classes = &self.json["relative"][unit][format!("relativeTime-type-{time}")];
                for (class, pattern) in classes.as_object().into_iter().flatten() {
                    let Some(pattern) = pattern.as_str() else {
                        continue;
                    };
                    let pattern = pattern.replace("({0})", "");
                    let Some((before, after)) = pattern.split_once("{0}") else {
                        let count = match class.rsplit('-').next() {
                            Some("one") => sign,
                            Some("two") => 2 * sign,
                            _ => continue,
                        };
                        rows.add("relative_unit", &pattern, format!("{unit}:{count}"), "");
                        continue;
                    };
                    // A hyphen binds a prefix of agreement to the number: not a word.
                    if before.ends_with('-') {
                        unclear += 1;
                        continue;
                    }
                    for before in optional(before) {
                        let pattern = Pattern {
                            unit,
                            before: self.words(&before),
                            after: self.words(after),
                        };
                        if !patterns.contains(&pattern) {
                            patterns.push(pattern);
                        }
                    }
                }
            }
            let cuts = relative::cut(&patterns, &units);
            for (pattern, cut) in patterns.iter().zip(cuts) {
                match cut {
                    Cut::Unit {
                        unit,
                        before,
                        after,
                    } => {
                        units
                            .entry(pattern.unit)
                            .or_default()
                            .insert(relative::folded(&unit));
                        self.unit(rows, pattern.unit, &self.join(&unit));
                        let before_slot = match (past, after.is_empty()) {
                            (true, true) => "ago_before",
                            (false, true) => "hence_before",
                            // What follows the unit says it all; the word before only opens.
                            (true, false) => "ago_open",
                            (false, false) => "hence_open",
                        };
                        rows.add(before_slot, &self.join(&before), "", "");
                        rows.add(
                            if past { "ago_after" } else { "hence_after" },
                            &self.join(&after),
                            "",
                            "",
                        );
                    }
                    Cut::Fused(word) => {
                        rows.add(
                            if past { "ago_unit" } else { "hence_unit" },
                            &word,
                            pattern.unit,
                            "",
                        );
                    }
                    Cut::Unclear => unclear += 1,
                }
            }
        }
        unclear
    }

    fn unit(&self, rows: &mut Rows, unit: &str, name: &str) {
        let least = if self.unspaced || self.short_names() {
            1
        } else {
            2
        };
        if !has_digit(name) && letters(name) >= least && !name.contains(['/', '.']) {
            rows.add("unit", name, unit, "");
        }
    }

    fn quarters(&self, rows: &mut Rows) {
        let bare = self.json["relative"]["quarter"]["displayName"]
            .as_str()
            .map(fold);
        for context in ["format", "stand-alone"] {
            for (i, name) in strings(&self.json["quarters"][context]["wide"]).enumerate() {
                if bare != Some(fold(name)) && !self.shared.is_placeholder("quarters", name) {
                    rows.add("quarter_name", name, i + 1, "");
                }
            }
        }
    }

    fn eras(&self, rows: &mut Rows) {
        let mut values: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        let mut forms = Vec::new();
        for kind in ["eraNames", "eraAbbr"] {
            for (key, form) in self.json["eras"][kind].as_object().into_iter().flatten() {
                let Some(form) = form.as_str() else { continue };
                if !self.english && self.shared.is_placeholder("eras", form)
                    || self.script != "Latn" && form.is_ascii()
                {
                    continue;
                }
                let value = if key.starts_with('0') { "BC" } else { "AD" };
                values.entry(fold(form)).or_default().insert(value);
                forms.push((form, value));
            }
        }
        // A name that a locale gives to both eras tells nothing.
        for (form, value) in forms.into_iter().filter(|f| values[&fold(f.0)].len() == 1) {
            rows.add("era", form, value, acronym(form));
        }
    }

    fn day_periods(&self, rows: &mut Rows) {
        let hour = |period: &str, end: &str| -> Option<u32> {
            self.json["day_period_rules"][period][end]
                .as_str()?
                .split(':')
                .next()?
                .parse()
                .ok()
        };
        let pm =
            |form: &str| self.json["day_periods"]["format"]["wide"]["pm"].as_str() == Some(form);
        let mut found: Vec<(&'static str, &str)> = Vec::new();
        for context in ["format", "stand-alone"] {
            for (period, form) in self.json["day_periods"][context]["wide"]
                .as_object()
                .into_iter()
                .flatten()
            {
                let Some(form) = form.as_str() else { continue };
                let value = match period.trim_end_matches(|c: char| c.is_ascii_digit()) {
                    "am" | "am-alt-variant" => "AM",
                    "pm" | "pm-alt-variant" => "PM",
                    "noon" => "MI",
                    "morning" if hour(period, "_before").is_some_and(|h| h <= 3) => "NI",
                    "morning" if hour(period, "_before").is_some_and(|h| h > 12) => "MI",
                    "morning" => "MO",
                    // CLDR counts the hour or two around noon among the afternoons.
                    "afternoon"
                        if hour(period, "_before").is_some_and(|h| h <= 14) && !pm(form) =>
                    {
                        "MI"
                    }
                    "afternoon" => "AF",
                    "evening" => "EV",
                    "night" => "NI",
                    _ => continue,
                };
                found.push((value, form));
            }
        }
        // Small letters first: they also stand for the capitals.
        found.sort_by_key(|(_, form)| form.chars().any(char::is_uppercase));
        for (value, form) in found {
            let other = |slot| {
                ["MO", "MI", "AF", "EV", "NI"].iter().any(|v| {
                    *v != value && rows.seen.contains(&(slot, (*v).to_owned(), fold(form)))
                })
            };
            if value == "AM" || value == "PM" {
                if letters(form) > 1 {
                    rows.add("ampm", form, value, acronym(form));
                }
            } else if !other("part_of_day") && !rows.has("unit", form) {
                rows.add("part_of_day", form, value, "");
            }
        }
    }

    fn number_words(&self, rows: &mut Rows) {
        let spellout = Spellout::new(&self.json["rbnf"]["SpelloutRules"]);
        // Some sets borrow words of a neighbour in its script.
        let own = |c: char| {
            self.short_names() || [self.main, Script::Common, Script::Other].contains(&script_of(c))
        };
        let fits = |form: &str| {
            clean(form).is_some_and(|f| {
                !has_digit(&f)
                    && f.split(' ').count() <= 4
                    && !f.contains(['/', '%'])
                    && f.chars().all(own)
            })
        };
        let numbers = (0..=20).chain((30..=90).step_by(10)).chain([100, 1000]);
        let cardinal = ["cardinal", "numbering", "construct"];
        for n in numbers {
            for set in spellout.sets(&cardinal) {
                let Some(form) = spellout
                    .words(set, n)
                    .map(|f| f.replace("‘ ", " "))
                    .filter(|f| fits(f))
                else {
                    continue;
                };
                rows.add("number", &form, n, "");
                // «one hundred», «ein­hundert»: the second part alone, for «two hundred».
                let is_one = |word: &str| {
                    spellout
                        .sets(&cardinal)
                        .any(|s| spellout.words(s, 1).as_deref() == Some(word))
                };
                if let Some((one, rest)) = form.split_once([' ', '\u{ad}'])
                    && n >= 100
                    && is_one(one)
                {
                    rows.add("number", rest, n, "");
                }
            }
        }
        for n in 1..=31 {
            for set in spellout.sets(&["ordinal"]) {
                let Some(form) = spellout
                    .words(set, n)
                    .map(|f| f.replace("‘ ", " "))
                    .filter(|f| fits(f))
                else {
                    continue;
                };
                let same = clean(&form)
                    .is_some_and(|f| rows.seen.contains(&("number", n.to_string(), fold(&f))));
                if !same {
                    rows.add("ordinal", &form, n, "");
                }
            }
        }
    }
}

/// `viru(n)` gives `viru` and `virun`.
fn optional(text: &str) -> Vec<String> {
    match text
        .split_once('(')
        .and_then(|(a, b)| b.split_once(')').map(|(b, c)| (a, b, c)))
    {
        Some((a, b, c)) => vec![format!("{a}{c}"), format!("{a}{b}{c}")],
        None => vec![text.to_owned()],
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// Letter and how often.
    Field(char, usize),
    Literal(String),
}

/// Cuts a date pattern (UTS #35 part 4) into fields and literals.
fn parse_pattern(pattern: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut quoted = false;
    for c in pattern.chars() {
        match (c, quoted, parts.last_mut()) {
            ('\'', ..) => quoted = !quoted,
            (c, false, Some(Part::Field(f, n))) if *f == c => *n += 1,
            (c, false, _) if c.is_ascii_alphabetic() => parts.push(Part::Field(c, 1)),
            // A direction mark is no literal.
            ('\u{200f}' | '\u{200e}', ..) => {}
            (c, _, Some(Part::Literal(l))) => l.push(c),
            (c, ..) => parts.push(Part::Literal(c.into())),
        }
    }
    parts
}

/// ISO 15924 code of the script most letters of the alphabet belong to, and that script.
fn script(tag: &str, json: &Value) -> (&'static str, Script) {
    let mut count: BTreeMap<Script, usize> = BTreeMap::new();
    let alphabet = json["exemplar_chars"]["exemplarCharacters"].as_str();
    for c in alphabet
        .into_iter()
        .chain(json["autonym"].as_str())
        .flat_map(str::chars)
    {
        if c.is_alphabetic() {
            *count.entry(script_of(c)).or_default() += 1;
        }
    }
    let main = count
        .iter()
        .max_by_key(|(_, n)| **n)
        .map_or(Script::Common, |(s, _)| *s);
    let code = match main {
        Script::Han | Script::Kana if count.contains_key(&Script::Kana) => "Jpan",
        Script::Han if tag.contains("Hant") => "Hant",
        Script::Han | Script::Kana => "Hans",
        Script::Latin => "Latn",
        Script::Greek => "Grek",
        Script::Cyrillic => "Cyrl",
        Script::Armenian => "Armn",
        Script::Hebrew => "Hebr",
        Script::Arabic => "Arab",
        Script::Devanagari => "Deva",
        Script::Bengali => "Beng",
        Script::Gurmukhi => "Guru",
        Script::Gujarati => "Gujr",
        Script::Oriya => "Orya",
        Script::Tamil => "Taml",
        Script::Telugu => "Telu",
        Script::Kannada => "Knda",
        Script::Malayalam => "Mlym",
        Script::Sinhala => "Sinh",
        Script::Thai => "Thai",
        Script::Lao => "Laoo",
        Script::Tibetan => "Tibt",
        Script::Myanmar => "Mymr",
        Script::Georgian => "Geor",
        Script::Hangul => "Kore",
        Script::Ethiopic => "Ethi",
        Script::Khmer => "Khmr",
        Script::Mongolian => "Mong",
        Script::OtherRightToLeft | Script::Common | Script::Other => "Zyyy",
    };
    (code, main)
}

fn language_toml(tag: &str, own: &Value, json: &Value, shared: &Shared) -> anyhow::Result<String> {
    let names = &shared.english["languages"];
    let autonym = json["autonym"].as_str().unwrap_or(tag);
    let (name, native) = match (names[tag].as_str(), tag.rsplit_once('-')) {
        (Some(name), _) => (name.to_owned(), autonym.to_owned()),
        (None, Some((language, subtag))) => {
            let place = |json: &Value| {
                let short = &json["territories"][format!("{subtag}-alt-short")];
                short
                    .as_str()
                    .or(json["territories"][subtag].as_str())
                    .map(str::to_owned)
            };
            let with = |name: &str, place: Option<String>| match place {
                Some(place) => format!("{name} ({place})"),
                None => name.to_owned(),
            };
            let english = names[language].as_str().unwrap_or(language);
            let script = (subtag.len() == 4).then(|| subtag.to_owned());
            (
                with(english, place(&shared.english).or(script)),
                with(autonym, place(json)),
            )
        }
        (None, None) => (tag.to_owned(), autonym.to_owned()),
    };
    // An ISO date says nothing of the order in which people write day and month.
    let order = ["short", "long"]
        .into_iter()
        .filter_map(|length| json["date_formats"][length].as_str())
        .find(|p| *p != "y-MM-dd" && *p != "yy-MM-dd")
        .map(|p| {
            parse_pattern(p)
                .iter()
                .filter_map(|p| match p {
                    Part::Field('L', _) => Some('m'),
                    Part::Field(f @ ('y' | 'M' | 'd'), _) => Some(f.to_ascii_lowercase()),
                    _ => None,
                })
                .collect::<String>()
        })
        .filter(|o| ["dmy", "mdy", "ymd"].contains(&o.as_str()))
        .unwrap_or_else(|| "dmy".to_owned());
    let numbers = &json["numbers"];
    let system = numbers["default_system"].as_str().unwrap_or("latn");
    let symbol = |system: &str, key: &str| {
        let symbols = &numbers["systems"][system]["symbols"];
        let text: String = symbols[key]
            .as_str()
            .unwrap_or_default()
            .chars()
            .filter(|c| *c != '\u{200f}')
            .collect();
        if text.chars().all(char::is_whitespace) && !text.is_empty() {
            " ".to_owned()
        } else {
            text
        }
    };
    let mut groups: Vec<String> = Vec::new();
    for group in [symbol(system, "group"), symbol("latn", "group")] {
        if !group.is_empty() && !groups.contains(&group) && group != symbol(system, "decimal") {
            groups.push(group);
        }
    }
    let quote = |key: &str| json["quotes"][key].as_str().unwrap_or_default();
    let mut quotes: Vec<String> = Vec::new();
    for (open, close) in [
        ("quotationStart", "quotationEnd"),
        ("alternateQuotationStart", "alternateQuotationEnd"),
    ] {
        let pair = format!(
            "[{}, {}]",
            toml_string(quote(open)),
            toml_string(quote(close))
        );
        if !quote(open).is_empty() && !quotes.contains(&pair) {
            quotes.push(pair);
        }
    }
    let first_weekday = FIRST_WEEKDAY
        .iter()
        .find(|(_, tags)| tags.contains(&tag))
        .map_or(1, |(day, _)| *day);
    let lines = [
        format!("name = {}", toml_string(&name)),
        format!("native = {}", toml_string(&native)),
        format!(
            "parent = {}",
            toml_string(own["differs_from"].as_str().unwrap_or("root"))
        ),
        format!("script = {}", toml_string(script(tag, json).0)),
        format!("date_order = {}", toml_string(&order)),
        format!("decimal = {}", toml_string(&symbol(system, "decimal"))),
        format!(
            "group = [{}]",
            groups
                .iter()
                .map(|g| toml_string(g))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        format!("quotes = [{}]", quotes.join(", ")),
        format!("first_weekday = {first_weekday}"),
    ];
    Ok(lines.join("\n") + "\n")
}

fn toml_string(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn relative(unit: &str, past: &str) -> Value {
        let class = "relativeTimePattern-count-other";
        json!({ "displayName": unit, "relativeTime-type-past": { class: past } })
    }

    /// Two made-up languages and a variant, in the shape of the real files.
    fn locales() -> BTreeMap<String, Value> {
        let months: Vec<String> = (1..=12)
            .map(|i| format!("{}na", "abcdefghijkl".repeat(i)))
            .collect();
        let genitive: Vec<String> = months.iter().map(|m| format!("di {m}")).collect();
        let base = json!({
            "locale": "qaa", "cldr": "1", "autonym": "qaali",
            "exemplar_chars": { "exemplarCharacters": "[a b c d]" },
            "months": {
                "format": { "wide": genitive, "abbreviated": [] },
                "stand-alone": { "wide": months, "abbreviated": [] },
            },
            "weekdays": { "format": {
                "wide": ["Zunu", "Munu", "Tunu", "Vunu", "Hunu", "Funu", "Punu"],
                "abbreviated": ["Zun.", "Mu.", "Tun.", "Vun.", "Hun.", "Fun.", "Pun."],
            } },
            "date_formats": { "short": "y-MM-dd", "long": "d MMMM 'bo' y\u{202f}'g'." },
            "relative": {
                "day": { "displayName": "dag", "relative-type--1": "\u{200f}gist",
                    "relativeTime-type-past": { "relativeTimePattern-count-other": "{0} dagar fa" } },
                "week": relative("vik", "{0} vikar fa"),
                "month": relative("man", "{0} man fa"),
                "year": relative("jar", "{0} jarer fa"),
            },
            "numbers": { "default_system": "latn",
                "systems": { "latn": { "symbols": { "decimal": ",", "group": "\u{a0}" } } } },
            "quotes": { "quotationStart": "“", "quotationEnd": "\"" },
            "rbnf": { "SpelloutRules": {
                "%spellout-cardinal": [
                    ["-x", "minus →→;"], ["0", "nil;"], ["1", "un;"], ["2", "du;"],
                    ["3", "=%%three=;"], ["10", "dek[-→→];"], ["20", "←←\u{ad}dek[ →→];"], ["100", "←← cent[ →→];"],
                ],
                "%%three": [["0", "tri;"], ["4", "=#,##0=;"]],
                "%spellout-ordinal": [["0", "=%spellout-cardinal=a;"]],
            } },
        });
        let variant = json!({
            "locale": "qaa-ZZ", "differs_from": "qaa", "cldr": "1",
            "weekdays": { "format": { "wide": ["Zunu", "Munu", "Tunu", "Vunu", "Hunu", "Frinu", "Punu"] } },
        });
        BTreeMap::from([("qaa".to_owned(), base), ("qaa-ZZ".to_owned(), variant)])
    }

    fn table<'a>(folders: &'a [Folder], tag: &str) -> Vec<&'a str> {
        let table = folders
            .iter()
            .find(|f| f.tag == tag)
            .unwrap()
            .table
            .as_deref()
            .unwrap();
        table.lines().filter(|l| !l.starts_with('#')).collect()
    }

    #[test]
    fn rows_say_what_the_source_says() {
        let folders = generate(&locales()).unwrap();
        let rows = table(&folders, "qaa");
        for row in [
            "month\tabcdefghijklna\t1",
            "date_of\tdi\t",
            "date_of\tbo\t",
            "year_mark\tg.\t",
            "year_mark\tg\t",
            "weekday\tMunu\t1",
            "weekday\tZunu\t7",
            "weekday\tTun\t2\tabbr",
            "weekday\tTun.\t2\tabbr",
            "relative_day\tgist\t-1",
            "ago_after\tfa\t",
            "unit\tdagar\tday",
            "unit\tjarer\tyear",
            "number\tdek-du\t12",
            "number\tdudek\t20",
            "number\tun cent\t100",
            "number\tcent\t100",
            "ordinal\tdua\t2",
        ] {
            assert!(rows.contains(&row), "{row:?} is not in {rows:#?}");
        }
        // Too short for an abbreviation, and digits where the words end.
        assert!(
            !rows
                .iter()
                .any(|r| r.starts_with("weekday\tMu\t") || r.starts_with("number\t4"))
        );
    }

    #[test]
    fn a_variant_holds_only_what_differs() {
        let folders = generate(&locales()).unwrap();
        assert_eq!(table(&folders, "qaa-ZZ"), ["weekday\tFrinu\t5"]);
        let language = &folders.iter().find(|f| f.tag == "qaa-ZZ").unwrap().language;
        assert!(language.contains("parent = \"qaa\"\n"));
        assert!(
            language.contains("decimal = \",\"\ngroup = [\" \"]\nquotes = [[\"“\", \"\\\"\"]]\n")
        );
        // The short pattern is an ISO date, so the long one tells the order.
        assert!(language.contains("date_order = \"dmy\"\n"));
    }

    #[test]
    fn generation_is_deterministic_sorted_and_without_doubles() {
        let folders = generate(&locales()).unwrap();
        assert_eq!(folders, generate(&locales()).unwrap());
        let rows = table(&folders, "qaa");
        let slots: Vec<&str> = rows.iter().map(|r| r.split('\t').next().unwrap()).collect();
        assert!(slots.is_sorted());
        assert_eq!(rows.iter().collect::<BTreeSet<_>>().len(), rows.len());
        let months: Vec<&str> = rows
            .iter()
            .filter(|r| r.starts_with("month\t"))
            .filter_map(|r| r.split('\t').nth(2))
            .collect();
        assert_eq!(
            months,
            [
                "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"
            ]
        );
    }
}
