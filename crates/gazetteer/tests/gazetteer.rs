//! The tables, the compiled form and the look-up together.

mod lists;

use dateline_gazetteer::{Entry, Error, Gazetteer, Kind, compile_tables, read_tables};
use dateline_text::tokenize;
use std::path::Path;

fn ids(gazetteer: &Gazetteer, name: &str) -> Vec<(String, Kind)> {
    gazetteer
        .look_up(name)
        .iter()
        .map(|e| (e.id.to_owned(), e.kind))
        .collect()
}

fn has(name: &str, id: &str, kind: Kind) {
    let found = ids(&Gazetteer::embedded(), name);
    assert!(found.contains(&(id.into(), kind)), "{name}: {found:?}");
}

/// All names stand for one entity of a kind.
fn same(names: &[&str], kind: Kind) {
    let gazetteer = Gazetteer::embedded();
    let of = |name: &str| {
        gazetteer
            .look_up(name)
            .iter()
            .find(|e| e.kind == kind)
            .map(|e| e.id.to_owned())
    };
    let first = of(names[0]);
    assert!(first.is_some(), "{}", names[0]);
    for name in names {
        assert_eq!(of(name), first, "{name}");
    }
}

/// Longest name at the beginning of a text.
fn first<'g>(gazetteer: &'g Gazetteer, text: &str) -> Option<(usize, Vec<Entry<'g>>)> {
    let mut tokens = Vec::new();
    tokenize(text, &mut tokens);
    let hit = gazetteer.longest(text, &tokens, 0)?;
    Some((hit.tokens, hit.entries().collect()))
}

#[test]
fn compiled_form_is_current() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let tables = read_tables(&data).expect("tables");
    let bytes = compile_tables(&tables).unwrap_or_else(|e| panic!("{e}"));
    let file = std::fs::read(data.join("gazetteer.bin")).expect("gazetteer.bin");
    assert!(
        bytes == file,
        "gazetteer.bin is not current: cargo run -p xtask -- gazetteer-compile"
    );
}

#[test]
fn one_id_over_languages() {
    for (name, id) in [
        ("France", "iso:FR"),
        ("Frankreich", "iso:FR"),
        ("Франция", "iso:FR"),
        ("フランス", "iso:FR"),
        ("États-Unis", "iso:US"),
        ("etats-unis", "iso:US"),
        ("Côte d’Ivoire", "iso:CI"),
        ("Cote d'Ivoire", "iso:CI"),
    ] {
        has(name, id, Kind::Country);
    }
    for names in [
        ["The Hague", "La Haye", "Den Haag"],
        ["Antwerp", "Anvers", "Antwerpen"],
        ["London", "Londres", "Londra"],
        ["Kyiv", "Kiev", "Київ"],
        ["Krakow", "Kraków", "Cracovie"],
    ] {
        same(&names, Kind::City);
    }
    for names in [
        ["NATO", "OTAN", "Otan"],
        ["UN", "ONU", "U.N."],
        ["European Union", "Union européenne", "UE"],
        ["WHO", "OMS", "Organisation mondiale de la santé"],
    ] {
        same(&names, Kind::Intergovernmental);
    }
    // Papers that print capitals without accents.
    same(&["Écosse", "Ecosse", "Scotland"], Kind::Region);
    same(&["Érythrée", "Erythrée", "Eritrea"], Kind::Country);
    same(
        &["AFP", "Agence France-Presse", "Agence France Presse"],
        Kind::Agency,
    );
    same(
        &["White House", "Maison Blanche", "Maison-Blanche"],
        Kind::Government,
    );
    same(
        &["Vladimir Putin", "Vladimir Poutine", "Poutine"],
        Kind::Person,
    );
    same(&["French", "Frenchwoman", "françaises"], Kind::Demonym);
    has("Chinese", "iso:CN", Kind::Demonym);
    has("chinoises", "iso:CN", Kind::Demonym);
    has("Californie", "iso:US-CA", Kind::Region);
    has("Bavière", "iso:DE-BY", Kind::Region);
    has("Europe", "Q46", Kind::Area);
    let gazetteer = Gazetteer::embedded();
    let labels: Vec<_> = gazetteer
        .look_up("Allemagne")
        .iter()
        .map(|e| e.label)
        .collect();
    assert_eq!(labels, ["Germany"]);
}

#[test]
fn acronyms_want_their_case() {
    let gazetteer = Gazetteer::embedded();
    has("US", "iso:US", Kind::Country);
    has("U.S.", "iso:US", Kind::Country);
    assert!(!ids(&gazetteer, "us").iter().any(|(id, _)| id == "iso:US"));
    assert!(!ids(&gazetteer, "Us").iter().any(|(id, _)| id == "iso:US"));
    let (tokens, _) = first(&gazetteer, "U.S. officials").expect("a name");
    assert_eq!(tokens, 4);
}

#[test]
fn ambiguous_names_are_weak_others_are_not() {
    let gazetteer = Gazetteer::embedded();
    for name in [
        "Nice", "Reading", "Tours", "Orange", "Jordan", "Turkey", "Georgia", "Chad", "Victoria",
        "Essen",
    ] {
        for entry in gazetteer.look_up(name).iter().filter(|e| e.kind.is_place()) {
            assert!(entry.flags.weak(), "{name}: {entry:?}");
        }
    }
    for name in [
        "France",
        "Berlin",
        "Texas",
        "Milan",
        "Brussels",
        "Jerusalem",
        "Google",
        "Bundestag",
    ] {
        assert!(
            gazetteer
                .look_up(name)
                .iter()
                .any(|e| e.kind.name_type().is_some() && !e.flags.weak()),
            "{name}"
        );
    }
}

#[test]
fn evidence_has_no_id_and_no_function_words() {
    let gazetteer = Gazetteer::embedded();
    for (name, kind) in [
        ("Jean-Pierre", Kind::Given),
        ("Дмитрий", Kind::Given),
        ("Müller", Kind::Surname),
    ] {
        let found = gazetteer.look_up(name);
        assert!(
            found
                .iter()
                .any(|e| e.kind == kind && e.id.is_empty() && e.label.is_empty()),
            "{name}: {found:?}"
        );
    }
    assert!(
        gazetteer
            .look_up("Jean-Pierre")
            .iter()
            .any(|e| e.in_language("fr-CA") && !e.in_language("pl"))
    );
    for word in ["the", "les", "und", "more", "sur", "he"] {
        assert!(
            !gazetteer.look_up(word).iter().any(|e| e.kind.is_evidence()),
            "{word}"
        );
    }
}

#[test]
fn largest_namesake_comes_first() {
    let gazetteer = Gazetteer::embedded();
    let places: Vec<_> = gazetteer
        .look_up("Hyderabad")
        .into_iter()
        .filter(|e| e.kind == Kind::City)
        .map(|e| e.country)
        .collect();
    assert_eq!(places, ["IN", "PK"]);
}

#[test]
fn spacing_and_line_ends_do_not_matter_paragraphs_do() {
    let gazetteer = Gazetteer::embedded();
    let (tokens, entries) = first(&gazetteer, "New\nZealand won").expect("a name");
    assert_eq!((tokens, entries[0].id), (2, "iso:NZ"));
    assert!(first(&gazetteer, "New\n\nZealand won").is_none_or(|(tokens, _)| tokens == 1));
}

#[test]
fn shortest_first() {
    let gazetteer = Gazetteer::embedded();
    let text = "United Arab Emirates and others";
    let mut tokens = Vec::new();
    tokenize(text, &mut tokens);
    let lengths: Vec<_> = gazetteer
        .matches(text, &tokens, 0)
        .map(|h| h.tokens)
        .collect();
    assert!(lengths.is_sorted());
    assert_eq!(lengths.last(), Some(&3));
    assert!(gazetteer.may_start(tokens[0].key) && !gazetteer.begin(tokens[0].key).is_nothing());
    assert!(gazetteer.longest(text, &tokens, 99).is_none());
}

#[test]
fn first_token_test_misses_nothing_and_is_mostly_right() {
    let gazetteer = Gazetteer::embedded();
    let mut tokens = Vec::new();
    for (_, table) in
        read_tables(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).expect("tables")
    {
        for line in table.lines().filter(|l| !l.starts_with('#')) {
            let name = line.split('\t').nth(3).expect("a name");
            tokens.clear();
            tokenize(name, &mut tokens);
            assert!(!gazetteer.begin(tokens[0].key).is_nothing(), "{name}");
        }
    }
    let wrong = (0..10_000)
        .filter(|n| gazetteer.may_start(dateline_text::word_key(&format!("xq{n}zz"))))
        .count();
    assert!(wrong < 500, "{wrong} of 10000 unknown words pass");
}

#[test]
fn every_name_of_the_tables_means_its_entity_and_other_words_nothing() {
    let gazetteer = Gazetteer::embedded();
    for (file, table) in
        read_tables(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data")).expect("tables")
    {
        for line in table.lines().filter(|l| !l.starts_with('#')) {
            let &[id, kind, _, name] = line
                .split('\t')
                .collect::<Vec<_>>()
                .first_chunk()
                .expect("four columns");
            let found = gazetteer.look_up(name);
            assert!(
                found.iter().any(|e| e.id == id && e.kind.code() == kind),
                "{file}: {line}: {found:?}"
            );
            assert!(
                found.is_sorted_by(|a, b| a.weight >= b.weight),
                "{name}: {found:?}"
            );
        }
    }
    for n in 0..100_000 {
        assert!(gazetteer.look_up(&format!("xq{n}zz")).is_empty());
        assert!(gazetteer.look_up(&format!("New xq{n}zz")).is_empty());
    }
}

#[test]
fn users_names_come_first() {
    let csv = "name,type,id,aliases\n\
        Paris,organization,x:organization:paris-club,Club of Paris\n\
        Zoé Müller-Lüdenscheidt,person,,Z. Müller|MLX\n";
    let gazetteer = Gazetteer::embedded()
        .with_names("mine.csv", csv.as_bytes())
        .expect("names");
    assert_eq!(
        ids(&gazetteer, "Paris"),
        [("x:organization:paris-club".into(), Kind::Organization)]
    );
    assert_eq!(
        ids(&gazetteer, "club of paris"),
        [("x:organization:paris-club".into(), Kind::Organization)]
    );
    let (tokens, entries) = first(&gazetteer, "Zoé Müller-Lüdenscheidt said").expect("a name");
    assert_eq!(tokens, 4);
    assert_eq!(entries[0].id, "x:person:zoé-müller-lüdenscheidt");
    assert_eq!(entries[0].label, "Zoé Müller-Lüdenscheidt");
    assert!(entries[0].own);
    assert!(gazetteer.look_up("mlx").is_empty());
    has("France", "iso:FR", Kind::Country);
    // A known id keeps its one label.
    let own = Gazetteer::embedded().with_names(
        "x.csv",
        "name,type,id\nBerlaymont,organization,Q8880\n".as_bytes(),
    );
    let labels: Vec<_> = own
        .expect("names")
        .look_up("berlaymont")
        .iter()
        .map(|e| e.label.to_owned())
        .collect();
    assert_eq!(labels, ["European Commission"]);
    for id in ["iso:", "iso:é", "iso:F", "Q", ":", "x:"] {
        let csv = format!("name,type,id\nSomewhere,place,{id}\n");
        let own = Gazetteer::embedded()
            .with_names("x.csv", csv.as_bytes())
            .expect("names");
        assert_eq!(own.look_up("somewhere").first().map(|e| e.id), Some(id));
    }
    // A longer name of the world still wins over a shorter one of the user.
    let own = Gazetteer::embedded()
        .with_names("x.csv", "name,type\nNew,person\n".as_bytes())
        .expect("names");
    assert_eq!(first(&own, "New Zealand").map(|(n, _)| n), Some(2));
}

#[test]
fn users_mistakes_are_told_with_their_row() {
    let wrong = |csv: &str| match Gazetteer::embedded().with_names("mine.csv", csv.as_bytes()) {
        Err(e @ Error::Row { .. }) => e.to_string(),
        other => panic!("{other:?}"),
    };
    assert!(
        wrong("name,type\nA,person\nB,animal\n").starts_with("mine.csv, row 3: type is «animal»")
    );
    assert!(wrong("name,type\n,person\n").contains("row 2: the name is empty"));
    assert!(wrong("title,kind\nA,person\n").contains("row 1: the header wants"));
    assert!(wrong("name,type\n\u{200b},person\n").contains("row 2"));
}

#[test]
fn tables_refuse_what_is_wrong() {
    let wrong = |table: &str| {
        compile_tables(&[("t.tsv".into(), table.into())])
            .map(|b| b.len())
            .expect_err("an error")
            .to_string()
    };
    for (table, message) in [
        (
            "iso:FR\tloc.country\ten\tFrance\tl\niso:FR\tloc.country\ten\tFrance\tl\n",
            "twice",
        ),
        (
            "iso:FR\tloc.country\ten\tFrance\tl\niso:FR\tloc.country\ten\tFra\n",
            "out of order",
        ),
        ("iso:FR\tloc.planet\ten\tFrance\tl\n", "unknown type"),
        ("iso:FRA\tloc.country\ten\tFrance\tl\n", "no id"),
        ("Q0\tloc.country\ten\tFrance\tl\n", "no id"),
        ("Q12a\tloc.country\ten\tFrance\tl\n", "no id"),
        ("x:person:france\tloc.country\ten\tFrance\tl\n", "no id"),
        ("iso:FR\tloc.country\tFR\tFrance\tl\n", "language tags"),
        ("iso:FR\tloc.country\ten\tFrance\tq\n", "unknown flag"),
        ("iso:FR\tloc.country\ten\tFrance\tl\twd=142\n", "wants in="),
        ("iso:FR\tloc.country\ten\tFrance\n", "label"),
        (
            "iso:FR\tloc.country\ten\tFrance\tl\niso:FR\tloc.country\ten\tGaul\tl\n",
            "two labels",
        ),
        (
            "iso:FR\tloc.area\ten\tGaul\niso:FR\tloc.country\ten\tFrance\tl\n",
            "is loc.area in",
        ),
        (
            "Q1\tloc.area\ten\tAsia\tl\nQ2\tloc.area\ten\tASIA\tl\n",
            "all but one want the flag w",
        ),
        ("iso:FR\tdemonym\ten\tFrench\n", "which no table has"),
        (
            "iso:FR\tloc.country\ten\t\u{ad}\tl\n",
            "nothing that could be found",
        ),
    ] {
        let told = wrong(table);
        assert!(told.contains(message), "{table:?}: {told}");
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_fine(text in "\\PC{0,60}|[A-Za-z .'’-]{0,60}|[東京大学北一フランス ]{0,20}|[А-я ]{0,40}") {
        let gazetteer = Gazetteer::embedded();
        let mut tokens = Vec::new();
        tokenize(&text, &mut tokens);
        for at in 0..=tokens.len() {
            for hit in gazetteer.matches(&text, &tokens, at) {
                proptest::prop_assert!(hit.tokens >= 1 && at + hit.tokens <= tokens.len());
                proptest::prop_assert!(hit.entries().next().is_some());
                let name = &text[tokens[at].start as usize..tokens[at + hit.tokens - 1].end as usize];
                proptest::prop_assert_eq!(hit.entries().collect::<Vec<_>>(), gazetteer.look_up(name));
            }
        }
    }

    #[test]
    fn any_csv_is_fine(csv in "name,type(,id,aliases)?\n(\\PC{0,10},(person|place|x),[\\PC|]{0,10}\n){0,3}") {
        let _ = Gazetteer::embedded().with_names("x.csv", csv.as_bytes());
    }
}
