//! Every rule's examples, every language's gold sentences, and what all rules must keep to.

use dateline_dates::{Checker, Report, Source, Style, Trial, publication};
use dateline_languages::{DateOrder, Library};
use dateline_model::TimeExpression;
use dateline_rules::Scratch;

fn trial(tag: &str) -> Trial {
    Trial::new(&Library::embedded(), tag).unwrap_or_else(|e| panic!("{e}"))
}

fn shown(text: &str, found: &[TimeExpression]) -> String {
    let one = |d: &TimeExpression| format!("«{}» {}", d.evidence.span.of(text), d.timex_value);
    found.iter().map(one).collect::<Vec<_>>().join(", ")
}

#[test]
fn every_folder_keeps_to_its_examples_and_gold_sentences() {
    let library = Library::embedded();
    let mut checker = Checker::new(&library);
    let mut all = Report::default();
    for folder in library
        .folders()
        .iter()
        .filter(|f| f.file("language.toml").is_some())
    {
        let report = checker.check(folder.tag);
        all.examples += report.examples;
        all.sentences += report.sentences;
        all.faults.extend(report.faults);
    }
    assert!(
        all.examples > 200,
        "only {} examples were read",
        all.examples
    );
    assert!(
        all.sentences > 80,
        "only {} sentences were read",
        all.sentences
    );
    assert!(
        all.faults.is_empty(),
        "{} faults:\n{}",
        all.faults.len(),
        all.faults.join("\n")
    );
}

#[test]
fn stories_are_told_apart_from_news() {
    let language = trial("en");
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
    let language = trial("en");
    let found = language.find("It was signed on 03/04/2024.", None);
    assert_eq!(found[0].timex_value, "2024-03-04");
    assert_eq!(found[0].alternatives, "2024-04-03");
    assert_eq!(found[0].basis, "explicit");
    assert_eq!(
        language.find("It was signed on 03/14/2024.", None)[0].alternatives,
        ""
    );
    assert_eq!(
        trial("fr").find("Signé le 03/04/2024.", None)[0].alternatives,
        "2024-03-04"
    );
}

#[test]
fn both_ends_of_a_range_share_an_id() {
    let language = trial("en");
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
        let language = trial(tag);
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
            &mut Scratch::default(),
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
    let left = trial("en").find("He must pay by November 9 or leave.", None);
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

    static LANGUAGES: LazyLock<Vec<Trial>> = LazyLock::new(|| ["en", "fr"].map(trial).into());

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

/// The matcher tries a bounded number of tokens around each place, whatever the text repeats.
#[test]
fn text_that_repeats_itself_takes_linear_time() {
    let language = trial("en");
    for part in [
        "3 March ",
        "1 1 1 1 ",
        "1/1/1/1/",
        "the last ",
        "two years and ",
        "twenty-one hundred and ",
        "the first of the ",
        "12:30 ",
    ] {
        let seconds = |parts: usize| {
            let text = part.repeat(parts);
            let begin = std::time::Instant::now();
            language.read(&text, Some("2023-03-10"));
            begin.elapsed().as_secs_f64()
        };
        seconds(1_000);
        let (few, many) = (seconds(5_000), seconds(40_000));
        // Eight times as much text; a matcher in the square would take sixty-four times as long.
        assert!(many < 32.0 * few + 0.05, "«{part}»: {few} s, then {many} s");
    }
}
