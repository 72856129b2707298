//! Every rule's examples, every language's gold sentences, and what all rules must keep to.

use dateline_dates::{
    CONSTRUCTORS, Dates, Domain, Publication, Settings, Source, Style, publication,
};
use dateline_document::Document;
use dateline_languages::{DateOrder, Library, Pack};
use dateline_model::TimeExpression;
use dateline_rules::{BUILT_IN, Example, Expr, Rule, RuleSet, read_rules};
use dateline_text::tokenize;
use std::collections::{BTreeMap, BTreeSet};

struct Language {
    pack: Pack,
    rules: RuleSet,
    dates: Dates,
}

impl Language {
    fn new(tag: &str) -> Self {
        let pack = Library::embedded()
            .pack(tag)
            .unwrap_or_else(|e| panic!("{e}"));
        let rules = RuleSet::new(&pack).unwrap_or_else(|e| panic!("{tag}: {e}"));
        let dates = Dates::new(&rules, pack.language.date_order);
        Self { pack, rules, dates }
    }

    fn find(&self, text: &str, reference: Option<&str>) -> Vec<TimeExpression> {
        let (document, expressions, published, settings) = self.read(text, reference);
        self.dates
            .resolve(&document, &self.rules, expressions, &published, &settings)
    }

    fn read<'t>(
        &self,
        text: &'t str,
        reference: Option<&str>,
    ) -> (
        Document<'t>,
        Vec<dateline_dates::Expression>,
        Publication,
        Settings,
    ) {
        let settings = Settings {
            domain: Domain::Auto,
            date_order: None,
            not_after: jiff::civil::date(2026, 6, 30),
            not_after_is_said: false,
            fill_undated: false,
        };
        let mut tokens = Vec::new();
        tokenize(text, &mut tokens);
        self.rules.lexicon.mark(&mut tokens);
        let document = Document::new(text.into(), 0, tokens, &self.rules.lexicon, &self.pack);
        let expressions = self.dates.expressions(&document, &self.rules, &settings);
        let source = Source {
            published: reference.unwrap_or_default(),
            ..Source::default()
        };
        let style = Style {
            order: self.pack.language.date_order,
        };
        let published = publication(
            source,
            &document,
            &self.rules,
            &expressions,
            style,
            &settings,
        );
        (document, expressions, published, settings)
    }
}

/// Languages are compiled once in a test.
#[derive(Default)]
struct Languages(BTreeMap<String, Language>);

impl Languages {
    fn get(&mut self, tag: &str) -> &Language {
        self.0
            .entry(tag.to_owned())
            .or_insert_with(|| Language::new(tag))
    }
}

fn tags_with(file: &str) -> Vec<&'static str> {
    let folders = Library::embedded();
    folders
        .folders()
        .iter()
        .filter(|f| f.file(file).is_some())
        .map(|f| f.tag)
        .collect()
}

/// The rules that stand in a folder itself.
fn own_rules(tag: &str) -> Vec<Rule> {
    let pack = Library::embedded()
        .pack(tag)
        .unwrap_or_else(|e| panic!("{e}"));
    read_rules(&pack.rules)
        .unwrap_or_else(|e| panic!("{e}"))
        .into_iter()
        .filter(|r| r.tag == tag)
        .collect()
}

fn shown(text: &str, found: &[TimeExpression]) -> String {
    let one = |d: &TimeExpression| {
        format!(
            "«{}» {} {}",
            d.evidence.span.of(text),
            d.timex_value,
            d.evidence.rule
        )
    };
    found.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn check(language: &Language, rule: &Rule, example: &Example) -> Result<(), String> {
    let text = &*example.text;
    let found = language.find(text, example.reference.as_deref());
    let fail = |what: &str| {
        Err(format!(
            "{}: {what} in «{text}»; found: {}",
            rule.id,
            shown(text, &found)
        ))
    };
    if example.none {
        if rule.kind() == "not" {
            // It matches, so that no other rule does.
            let (document, ..) = language.read(text, None);
            let matched = language.dates.matches(&document, &language.rules);
            if !matched
                .iter()
                .any(|m| language.rules.rules[m.rule as usize].id == rule.id)
            {
                return fail("the rule does not match");
            }
        }
        let wrong = found
            .iter()
            .any(|d| d.evidence.rule == rule.id || rule.kind() == "not");
        return if wrong {
            fail("nothing was expected")
        } else {
            Ok(())
        };
    }
    let (Some(span), Some(value)) = (&example.span, &example.value) else {
        return fail("an example needs `span` and `value`, or `none = true`");
    };
    let right = |d: &TimeExpression| {
        d.evidence.span.of(text) == span && d.timex_value == *value && d.evidence.rule == rule.id
    };
    if found.iter().any(right) {
        Ok(())
    } else {
        fail(&format!("«{span}» {value} was expected"))
    }
}

#[test]
fn every_rule_finds_its_examples() {
    let mut languages = Languages::default();
    let mut wrong = Vec::new();
    let mut count = 0;
    for tag in tags_with("rules.toml") {
        for rule in own_rules(tag) {
            for example in &rule.examples {
                count += 1;
                let tag = example.lang.as_deref().unwrap_or(tag);
                wrong.extend(check(languages.get(tag), &rule, example).err());
            }
        }
    }
    assert!(count > 200, "only {count} examples were read");
    assert!(
        wrong.is_empty(),
        "{} of {count} examples fail:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    text: String,
    #[serde(default, rename = "ref")]
    reference: Option<String>,
    dates: Vec<Gold>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Gold {
    span: String,
    value: String,
    #[serde(default)]
    modifier: Option<String>,
}

#[test]
fn gold_sentences_hold() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for tag in tags_with("cases.toml") {
        let language = Language::new(tag);
        let cases = language.pack.cases.unwrap_or_default();
        let cases: Cases =
            toml::from_str(cases).unwrap_or_else(|e| panic!("{tag}/cases.toml: {e}"));
        for case in cases.case {
            count += 1;
            let found = language.find(&case.text, case.reference.as_deref());
            let same = found.len() == case.dates.len()
                && found.iter().zip(&case.dates).all(|(d, gold)| {
                    d.evidence.span.of(&case.text) == gold.span
                        && d.timex_value == gold.value
                        && gold.modifier.as_ref().is_none_or(|m| d.modifier == m)
                });
            if !same {
                let gold: Vec<String> = case
                    .dates
                    .iter()
                    .map(|g| format!("«{}» {}", g.span, g.value))
                    .collect();
                wrong.push(format!(
                    "{tag}: «{}»\n  gold:  {}\n  found: {}",
                    case.text,
                    gold.join(", "),
                    shown(&case.text, &found)
                ));
            }
        }
    }
    assert!(count >= 80, "only {count} sentences were read");
    assert!(
        wrong.is_empty(),
        "{} of {count} sentences fail:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn calls<'e>(value: &'e Expr, out: &mut Vec<(&'e str, usize)>) {
    if let Expr::Call(name, args) = value {
        out.push((name, args.len()));
        args.iter().for_each(|a| calls(a, out));
    }
}

fn names<'e>(value: &'e Expr, out: &mut Vec<&'e str>) {
    match value {
        Expr::Call(_, args) => args.iter().for_each(|a| names(a, out)),
        Expr::Name(name) => out.push(name),
        Expr::Int(_) | Expr::Nothing => {}
    }
}

/// A word of a `value` that stands for itself: `week`, `NI`, `day-12-25`.
fn is_constant(name: &str) -> bool {
    dateline_dates::Unit::parse(name).is_some()
        || name.bytes().all(|b| b.is_ascii_uppercase() || b == b'_')
        || name.starts_with("day-")
}

/// Names of slots in a pattern: `{name:slot}` and `{slot}`.
fn slots(pattern: &str) -> impl Iterator<Item = &str> {
    pattern
        .split('{')
        .skip(1)
        .filter_map(|p| p.split('}').next())
        .map(|s| s.rsplit(':').next().unwrap_or(s).trim())
}

#[test]
fn rules_are_well_formed() {
    let library = Library::embedded();
    let mut known: BTreeSet<String> = BUILT_IN.iter().map(|s| (*s).to_owned()).collect();
    for folder in library
        .folders()
        .iter()
        .filter(|f| f.file("language.toml").is_some())
    {
        if let Ok(pack) = library.pack(folder.tag) {
            known.extend(pack.rows.iter().map(|r| r.slot.to_owned()));
        }
    }
    let mut ids = BTreeSet::new();
    let mut wrong = Vec::new();
    for tag in tags_with("rules.toml") {
        for rule in own_rules(tag) {
            let parts: Vec<&str> = rule.id.split('.').collect();
            let plain = |s: &&str| {
                !s.is_empty()
                    && s.bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            };
            if parts.len() != 3 || !parts[1..].iter().all(plain) {
                wrong.push(format!("{}: an id is <tag>.<kind>.<name>", rule.id));
            }
            // A folder may replace a rule of its parent, which then has the parent's tag in its id.
            if !ids.insert((tag, rule.id)) {
                wrong.push(format!("{}: twice in one folder", rule.id));
            }
            if rule.examples.is_empty() {
                wrong.push(format!("{}: no examples", rule.id));
            }
            if rule.is_guarded() && !rule.examples.iter().any(|e| e.none) {
                wrong.push(format!(
                    "{}: guards need an example in which nothing is found",
                    rule.id
                ));
            }
            if rule.kind() == "not" && rule.value_text != "none()" {
                wrong.push(format!("{}: a rule of `not` has the value none()", rule.id));
            }
            for slot in rule.patterns.iter().flat_map(|p| slots(p)) {
                if !known.contains(slot) {
                    wrong.push(format!("{}: no table has the slot «{slot}»", rule.id));
                }
            }
            let bound: BTreeSet<&str> = rule
                .patterns
                .iter()
                .flat_map(|p| p.split('{').skip(1))
                .filter_map(|p| p.split('}').next())
                .map(|s| s.split(':').next().unwrap_or(s).trim())
                .collect();
            let mut named = Vec::new();
            names(&rule.value, &mut named);
            for name in named
                .iter()
                .filter(|n| !bound.contains(**n) && !is_constant(n))
            {
                wrong.push(format!("{}: no pattern binds «{name}»", rule.id));
            }
            let mut used = Vec::new();
            calls(&rule.value, &mut used);
            for (name, n) in used {
                match CONSTRUCTORS.iter().find(|c| c.0 == name) {
                    None => wrong.push(format!("{}: no constructor «{name}»", rule.id)),
                    Some((_, arity)) if !arity.contains(&n) => {
                        wrong.push(format!(
                            "{}: {name} takes {arity:?} arguments, not {n}",
                            rule.id
                        ));
                    }
                    Some(_) => {}
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_pack_compiles() {
    let library = Library::embedded();
    for folder in library
        .folders()
        .iter()
        .filter(|f| f.file("language.toml").is_some())
    {
        Language::new(folder.tag);
    }
}

#[test]
fn stories_are_told_apart_from_news() {
    let language = Language::new("en");
    let story = "In 1848 it began. In 1850 he left, in 1851 he came back, and in 1852 and 1853 he ruled. On 12 January he fell.";
    let day = |text: &str, reference| {
        let found = language.find(text, reference);
        found
            .last()
            .map(|d| (d.timex_value.clone(), d.basis))
            .unwrap_or_default()
    };
    assert_eq!(
        day(story, Some("2020-03-01")),
        ("1853-01-12".into(), "narrative")
    );
    assert_eq!(day(story, None), ("1853-01-12".into(), "narrative"));
    let news = format!("He died on Friday. {story}");
    assert_eq!(
        day(&news, Some("2020-03-01")),
        ("2020-01-12".into(), "published")
    );
}

#[test]
fn ambiguous_numeric_dates_name_the_other_reading() {
    let language = Language::new("en");
    let found = language.find("It was signed on 03/04/2024.", None);
    assert_eq!(found[0].timex_value, "2024-03-04");
    assert_eq!(found[0].alternatives, "2024-04-03");
    assert_eq!(found[0].basis, "explicit");
    assert_eq!(
        language.find("It was signed on 03/14/2024.", None)[0].alternatives,
        ""
    );
    assert_eq!(
        Language::new("fr").find("Signé le 03/04/2024.", None)[0].alternatives,
        "2024-03-04"
    );
}

#[test]
fn both_ends_of_a_range_share_an_id() {
    let language = Language::new("en");
    for text in [
        "It ran from March to June 2023.",
        "It ran on 3–5 March 2021.",
        "between 3 and 5 March 2021",
        "from 1982 to 1987",
    ] {
        let found = language.find(text, None);
        assert_eq!(found.len(), 2, "{text}");
        assert_eq!(
            (found[0].range_role, found[1].range_role),
            ("begin", "end"),
            "{text}"
        );
        assert!(
            !found[0].range_id.is_empty() && found[0].range_id == found[1].range_id,
            "{text}"
        );
    }
    let list = language.find("They met on 5 and 6 March 2024.", None);
    assert!(list.iter().all(|d| d.range_id.is_empty()));
}

#[test]
fn undated_articles_are_dated_by_the_calendar() {
    let day = |tag: &str, text: &str| {
        let language = Language::new(tag);
        let (document, expressions, _, mut settings) = language.read(text, None);
        settings.fill_undated = true;
        let style = Style {
            order: DateOrder::Dmy,
        };
        let p = publication(
            Source::default(),
            &document,
            &language.rules,
            &expressions,
            style,
            &settings,
        );
        (
            p.day.map(|d| d.to_string()).unwrap_or_default(),
            p.basis,
            p.alternatives.len(),
        )
    };
    // 6 April was a Thursday in 2023, 2017, 2006 and 2000.
    let pair = day("fr", "La ville a inauguré jeudi 6 avril son nouveau pont.");
    assert_eq!(pair, ("2023-04-06".into(), "calendar_latest", 3));
    // A year that the article names beside it decides.
    let named = day(
        "fr",
        "La ville a inauguré jeudi 6 avril son pont, fermé depuis 2006.",
    );
    assert_eq!(named.0, "2006-04-06");
    let lead = day(
        "en",
        "LAGOS, March 14 (Reuters) - Traders reopened their stalls on Tuesday, after repairs begun in 2021.",
    );
    assert_eq!(lead, ("2023-03-14".into(), "calendar", 0));
    assert_eq!(day("en", "He must pay by November 9 or leave.").0, "");
    let left = Language::new("en").find("He must pay by November 9 or leave.", None);
    assert_eq!(
        (&*left[0].timex_value, &*left[0].first_day, left[0].basis),
        ("XXXX-11-09", "", "")
    );
}

mod properties {
    use super::*;
    use dateline_dates::{Count, Partial, Reference, Temporal, Tense, Unit, resolve};
    use dateline_rules::{Anchor, Direction};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    static LANGUAGES: LazyLock<Vec<Language>> =
        LazyLock::new(|| ["en", "fr"].map(Language::new).into());

    /// Arbitrary text, and text of pieces that dates are made of.
    fn text() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            "3",
            "31",
            "1848",
            "2023",
            "'98",
            "-",
            "–",
            "/",
            ".",
            ",",
            ":",
            "March",
            "Mar.",
            "mars",
            "1er",
            "le",
            "du",
            "au",
            "Tuesday",
            "lundi",
            "the",
            "end of",
            "fin",
            "two",
            "years",
            "ans",
            "ago",
            "il y a",
            "BC",
            "av. J.-C.",
            "siècle",
            "XIXe",
            "a",
            "half",
            "17h30",
            "5 p.m.",
            "yesterday",
            "hier",
            "of",
            "de",
            "and",
            "et",
            "\n\n",
            "९",
            "年",
            "é",
        ]);
        prop_oneof![
            ".{0,120}",
            prop::collection::vec((pieces, prop_oneof![Just(" "), Just("")]), 0..40).prop_map(
                |v| v
                    .into_iter()
                    .map(|(p, s)| format!("{p}{s}"))
                    .collect::<String>()
            ),
        ]
    }

    proptest! {
        #[test]
        fn expressions_are_sorted_apart_and_on_character_borders(text in text(), dated in any::<bool>()) {
            for language in LANGUAGES.iter() {
                let found = language.find(&text, dated.then_some("2023-03-10"));
                let mut end = 0;
                for d in &found {
                    let span = d.evidence.span;
                    prop_assert!(span.start >= end && span.start < span.end, "{:?}", shown(&text, &found));
                    prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
                    end = span.end;
                }
            }
        }

        #[test]
        fn any_date_resolves(year in 1i16..=9999, month in 1i8..=12, day in 1i8..=28, n in 0.0f64..2e6, sign in -1i32..=1, which in 0usize..14, w in 1i8..=7) {
            const UNITS: [Unit; 14] = [
                Unit::Second, Unit::Minute, Unit::Hour, Unit::Day, Unit::Weekend, Unit::Week, Unit::Fortnight, Unit::Month,
                Unit::Quarter, Unit::Half, Unit::Season, Unit::Year, Unit::Decade, Unit::Century,
            ];
            let ground = jiff::civil::date(year, month, day);
            let unit = UNITS[which];
            let part = |p: Partial| Temporal::Partial(p);
            let temporals = [
                Temporal::Shift { count: Count::Number(n), sign, unit },
                Temporal::Compared { n: sign * n as i32, unit },
                part(Partial { weekday: Some(w), step: Some(sign), ..Partial::default() }),
                part(Partial { weekday: Some(w), ..Partial::default() }),
                part(Partial { month: Some(month), day: Some(29), ..Partial::default() }),
                part(Partial { month: Some(month), step: Some(sign), ..Partial::default() }),
                part(Partial { year: Some(i32::from(year) * sign), month: Some(month), ..Partial::default() }),
                part(Partial { day: Some(31), ..Partial::default() }),
                part(Partial { quarter: Some(4), step: Some(sign * n as i32), ..Partial::default() }),
                part(Partial { season: Some("WI"), step: Some(sign), ..Partial::default() }),
                part(Partial { day_shift: Some(sign * n as i32), ..Partial::default() }),
                Temporal::Decade(i32::from(year) / 10 * 10 * sign),
                Temporal::DecadeOfCentury(90),
                Temporal::Century(sign * 30),
                Temporal::Holiday("easter", Some(i32::from(year))),
                Temporal::Holiday("weekday-11.4.4", None),
            ];
            for narrative in [false, true] {
                let reference = Reference {
                    published: Some(ground),
                    narrative: Some((ground, unit)),
                    day: None,
                    period: Some((ground, Unit::Quarter)),
                    is_narrative: narrative,
                };
                for temporal in &temporals {
                    for tense in [None, Some(Tense::Past), Some(Tense::Future)] {
                        if let Some(r) = resolve(temporal, Anchor::Document, Direction::Tense, tense, &reference) {
                            prop_assert!(!r.value.is_empty());
                            if let Some((a, b)) = r.days {
                                prop_assert!(a <= b);
                            }
                        }
                    }
                }
            }
        }
    }
}
