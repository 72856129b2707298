//! Lists of users, and the files that are made of them. All data are invented.

use dateline_gazetteer::{
    Builder, Choice, CommonWords, Counts, Entry, Error, Format, Gazetteer, Kind, Lint, Sort,
};
use dateline_model::NameType;
use dateline_text::tokenize;
use proptest::prelude::*;
use std::sync::LazyLock;

/// What the lists give, which are of the format that their beginnings show.
fn build(lists: &[&str], choice: Choice) -> (Vec<u8>, Counts, Vec<String>) {
    let mut common = CommonWords::default();
    common.add("zwar", "German: function word");
    let mut builder = Builder::new(choice, common);
    let mut all = Counts::default();
    let mut told = Vec::new();
    for list in lists {
        let format = Format::of(list.as_bytes());
        let mut reject = |e: Error| {
            told.push(e.to_string());
            Ok(())
        };
        let counts = builder.read("list", format, list.as_bytes(), &mut reject);
        let counts = counts.unwrap_or_else(|e| panic!("{e}"));
        all.rows += counts.rows;
        all.names += counts.names;
        all.left_out += counts.left_out;
        all.rejects += counts.rejects;
    }
    let mut bytes = Vec::new();
    let compiled = builder.finish("list\t\t1\t0\t\n").expect("a layer");
    compiled.write(&mut bytes).expect("bytes");
    (bytes, all, told)
}

fn over(bytes: Vec<u8>) -> Gazetteer {
    Gazetteer::embedded()
        .with_compiled_bytes(bytes.leak())
        .unwrap_or_else(|e| panic!("{e}"))
}

fn layer(lists: &[&str]) -> Gazetteer {
    over(build(lists, Choice::default()).0)
}

fn entry<'g>(gazetteer: &'g Gazetteer, name: &str, id: &str) -> Entry<'g> {
    let found = gazetteer.look_up(name);
    let entry = found.iter().find(|e| e.id == id);
    *entry.unwrap_or_else(|| panic!("{name}: {found:?}"))
}

const TABLE: &str = "name,type,id,aliases,lang,country,weight,flags\n\
    Quorvax Zindle,person,my:1,Zindle|QZX,en fr,FR,,\n\
    Brumbel,place,my:2,Brumbél,,DE,70000,\n\
    Zindle,organization,my:3,,,,,w\n\
    Institut Échelon,organization,,,,,,\n";

#[test]
fn a_table_and_the_file_made_of_it_mean_the_same() {
    let listed = Gazetteer::embedded()
        .with_names("mine.csv", TABLE.as_bytes())
        .expect("names");
    let built = layer(&[TABLE]);
    for name in [
        "quorvax zindle",
        "Zindle",
        "QZX",
        "qzx",
        "Brumbél",
        "Institut Echelon",
        "Paris",
    ] {
        assert_eq!(listed.look_up(name), built.look_up(name), "{name}");
    }
    let person = entry(&built, "Quorvax Zindle", "my:1");
    assert_eq!(
        (person.label, person.kind),
        ("Quorvax Zindle", Kind::Person)
    );
    assert!(person.own && person.in_language("fr") && !person.in_language("de"));
    assert_eq!(person.country, "FR");
    assert!(built.look_up("qzx").is_empty() && built.look_up("QZX").len() == 1);
    let place = entry(&built, "Brumbel", "my:2");
    assert_eq!((place.country, place.weight), ("DE", 129));
    assert!(entry(&built, "Zindle", "my:3").flags.weak());
    assert!(!entry(&built, "Zindle", "my:1").flags.weak());
    entry(
        &built,
        "Institut Echelon",
        "x:organization:institut-échelon",
    );
}

#[test]
fn wrong_rows_are_told_and_the_others_taken() {
    let list = "id\tname\ttype\tcountry\tweight\tlang\n\
        1\tQuorvax\tperson\t\t\t\n\
        2\tBrumbel\tplanet\t\t\t\n\
        3\t\tperson\t\t\t\n\
        4\tZindle\tperson\tFrance\t\t\n\
        5\tZindle\tperson\t\tlarge\t\n\
        6\tZindle\tperson\t\t\tFrench\n\
        7\t\u{200b}\tperson\t\t\t\n\
        8\tDrollo\tperson\t\t\t\n";
    let (bytes, counts, told) = build(&[list], Choice::default());
    assert_eq!((counts.rows, counts.names, counts.rejects), (8, 2, 6));
    for (told, part) in told.iter().zip([
        "row 3: type is «planet»",
        "row 4: the name is empty",
        "row 5: country is «France»",
        "row 6: weight is «large»",
        "row 7: lang is «French»",
        "row 8: «\u{200b}» holds nothing",
    ]) {
        assert!(told.contains(part), "{told} / {part}");
    }
    assert_eq!(told.len(), 6);
    entry(&over(bytes), "Drollo", "8");
}

#[test]
fn a_type_that_is_given_is_that_of_tables_without_one() {
    let choice = Choice {
        name_type: Some(NameType::Organization),
        ..Choice::default()
    };
    let (bytes, ..) = build(&["name;id\nBrumbel;b\n"], choice.clone());
    assert_eq!(entry(&over(bytes), "Brumbel", "b").kind, Kind::Organization);
    let (_, counts, _) = build(&[TABLE], choice);
    assert_eq!((counts.names, counts.left_out), (2, 2));
}

fn geonames(number: u32, name: &str, feature: &str, country: &str, population: u32) -> String {
    let (class, code) = feature.split_once('.').expect("a feature");
    format!(
        "{number}\t{name}\t{name}\t{name} Alt,BRM\t1.0\t2.0\t{class}\t{code}\t{country}\t\t\t\t\t\t{population}\t\t\tEurope/Paris\t2020-01-01\n"
    )
}

#[test]
fn geonames_gives_places_with_names_in_languages() {
    let places = [
        geonames(11, "Brumbel", "P.PPL", "FR", 4000),
        geonames(12, "Drollo", "P.PPL", "DE", 100),
        geonames(13, "Lake Zindle", "H.LK", "DE", 0),
        geonames(14, "Zwar", "P.PPL", "DE", 9000),
        geonames(15, "Hotel Zindle", "S.HTL", "DE", 0),
        geonames(16, "Republic of Quorvax", "A.PCLI", "QX", 0),
        "17\tshort\n".to_owned(),
    ]
    .concat();
    let names = "1\t11\tfr\tBrombelle\t1\t\t\t\t\t\n\
        2\t11\tde\tBrummbel\t\t\t\t1\t\t\n\
        3\t11\twkdt\tQ777777777\t\t\t\t\t\t\n\
        4\t11\ticao\tBRMX\t\t\t\t\t\t\n\
        5\t99\tfr\tNulle Part\t\t\t\t\t\t\n\
        6\t16\ten\tQuorvax\t\t\t\t\t\t\n";
    let choice = Choice {
        min_population: 500,
        names_follow: true,
        ..Choice::default()
    };
    let (bytes, counts, told) = build(&[&places, names], choice);
    assert_eq!((counts.rejects, told.len()), (1, 1));
    assert!(told[0].contains("row 7: 2 columns"), "{told:?}");
    let gazetteer = over(bytes);
    let town = entry(&gazetteer, "Brombelle", "gn:11");
    assert_eq!(
        (town.label, town.kind, town.country),
        ("Brumbel", Kind::City, "FR")
    );
    assert!(town.in_language("fr-CA") && !town.in_language("de") && !town.own);
    assert_eq!(town.wikidata, Some(777_777_777));
    assert!(entry(&gazetteer, "Brummbel", "gn:11").flags.historic());
    assert_eq!(entry(&gazetteer, "Lake Zindle", "gn:13").kind, Kind::Water);
    assert_eq!(entry(&gazetteer, "Quorvax", "iso:QX").kind, Kind::Country);
    // A common word of a language is a weak name.
    assert!(entry(&gazetteer, "Zwar", "gn:14").flags.weak());
    for name in [
        "Drollo",
        "Hotel Zindle",
        "BRMX",
        "Nulle Part",
        "Q777777777",
        "Brumbel Alt",
    ] {
        assert!(gazetteer.look_up(name).is_empty(), "{name}");
    }
    // Without the file of names the column of them is read.
    let gazetteer = layer(&[&places]);
    entry(&gazetteer, "Brumbel Alt", "gn:11");
    assert!(gazetteer.look_up("BRM").is_empty());
}

#[test]
fn names_of_places_want_the_places() {
    let mut builder = Builder::new(Choice::default(), CommonWords::default());
    let names = "1\t11\tfr\tBrombelle\t1\t\t\t\t\t\n";
    let format = Format::of(names.as_bytes());
    let told = builder.read("names.txt", format, names.as_bytes(), &mut Err);
    assert!(told.is_err_and(|e| e.to_string().contains("allCountries.txt")));
}

#[test]
fn a_dump_hides_nothing_of_what_is_known() {
    // Villages with the names of persons and of a large city, and the city itself.
    let villages = [
        geonames(21, "Müller", "P.PPL", "XX", 100),
        geonames(22, "Milan", "P.PPL", "XX", 100),
        geonames(3_173_435, "Milan", "P.PPL", "IT", 1_236_837),
    ]
    .concat();
    let world = Gazetteer::embedded();
    let gazetteer = layer(&[&villages]);
    for (name, id, weak) in [
        ("Müller", "gn:21", true),
        ("Milan", "gn:22", true),
        ("Milan", "gn:3173435", false),
    ] {
        assert_eq!(entry(&gazetteer, name, id).flags.weak(), weak, "{name}");
        let now = gazetteer.look_up(name);
        for known in world.look_up(name) {
            let same =
                |e: &&Entry<'_>| (e.id, e.kind, e.label) == (known.id, known.kind, known.label);
            assert!(now.iter().find(same).is_some(), "{name}: {known:?} {now:?}");
        }
    }
}

const WIKIDATA: &str = r#"[
{"type":"item","id":"Q900000001","labels":{"en":{"language":"en","value":"Quorvax Zindle"},"de":{"language":"de","value":"Quorvax Zindle"},"ru":{"language":"ru","value":"Кворвакс Зиндл"}},"aliases":{"en":[{"language":"en","value":"Q. Zindle"},{"language":"en","value":"Z"}]},"claims":{"P31":[{"mainsnak":{"snaktype":"value","property":"P31","datavalue":{"value":{"entity-type":"item","numeric-id":5,"id":"Q5"},"type":"wikibase-entityid"}},"type":"statement","rank":"normal"}],"P27":[{"mainsnak":{"snaktype":"value","datavalue":{"value":{"id":"Q142"}}},"rank":"normal"}],"P569":[{"mainsnak":{"snaktype":"somevalue"}}]},"sitelinks":{"enwiki":{"title":"x"},"dewiki":{"title":"x"}}},
{"type":"item","id":"Q900000002","labels":{"fr":{"language":"fr","value":"Brumbel"}},"aliases":[],"claims":{"P31":[{"mainsnak":{"datavalue":{"value":{"id":"Q486972"}}},"rank":"normal"},{"mainsnak":{"datavalue":{"value":{"id":"Q515"}}},"rank":"normal"}],"P1082":[{"mainsnak":{"datavalue":{"value":{"amount":"+1024","unit":"1"}}},"rank":"normal"}]},"sitelinks":[]},
{"type":"item","id":"Q900000003","labels":{"en":{"language":"en","value":"a protein"}},"aliases":[],"claims":{"P31":[{"mainsnak":{"datavalue":{"value":{"id":"Q8054"}}},"rank":"normal"}]},"sitelinks":[]},
{"type":"property","id":"P31","labels":{},"claims":[]},
{"type":"item","id":"Q142","labels":{"eo":{"language":"eo","value":"Francio Bela"}},"claims":{"P31":[{"mainsnak":{"datavalue":{"value":{"id":"Q6256"}}}}]}},
{"type":"item","id":"Q9000
]
"#;

#[test]
fn wikidata_gives_entities_of_known_classes() {
    let (bytes, counts, told) = build(&[WIKIDATA], Choice::default());
    assert_eq!((counts.rows, counts.left_out, counts.rejects), (6, 2, 1));
    assert!(told[0].contains("row 7: no entity"), "{told:?}");
    let gazetteer = over(bytes);
    let person = entry(&gazetteer, "Кворвакс Зиндл", "Q900000001");
    assert_eq!(
        (person.label, person.kind),
        ("Quorvax Zindle", Kind::Person)
    );
    assert_eq!((person.country, person.wikidata), ("FR", Some(900_000_001)));
    assert_eq!(person.weight, 69);
    let both = entry(&gazetteer, "Quorvax Zindle", "Q900000001");
    assert_eq!(both.languages, "de en");
    entry(&gazetteer, "Q. Zindle", "Q900000001");
    assert!(gazetteer.look_up("Z").iter().all(|e| e.id != "Q900000001"));
    let town = entry(&gazetteer, "Brumbel", "Q900000002");
    assert_eq!((town.kind, town.weight), (Kind::City, 80));
    // What the program knows keeps its id.
    assert_eq!(entry(&gazetteer, "Francio Bela", "iso:FR").label, "France");
    let choice = Choice {
        languages: vec!["ru".into(), "de".into()],
        ..Choice::default()
    };
    let (bytes, ..) = build(&[WIKIDATA], choice);
    let gazetteer = over(bytes);
    let label = entry(&gazetteer, "Quorvax Zindle", "Q900000001").label;
    assert_eq!(label, "Кворвакс Зиндл");
    assert!(gazetteer.look_up("Q. Zindle").is_empty());
}

#[test]
fn jrc_names_gives_variants() {
    let list =
        "1\tP\tu\tQuorvax+Zindle\n1\tP\tru\tКворвакс+Зиндл\n2\tO\tu\tBRUMBEL\n3\tX\tu\tFoo\n";
    let (bytes, counts, _) = build(&[list], Choice::default());
    assert_eq!((counts.names, counts.rejects), (3, 1));
    let gazetteer = over(bytes);
    let person = entry(&gazetteer, "Кворвакс Зиндл", "jrc:1");
    assert_eq!((person.label, person.languages), ("Quorvax Zindle", "ru"));
    assert_eq!(
        entry(&gazetteer, "BRUMBEL", "jrc:2").kind,
        Kind::Organization
    );
    assert!(gazetteer.look_up("brumbel").is_empty());
}

#[test]
fn later_lists_lie_over_earlier_ones() {
    let list = |id: &str, name: &str| format!("name,type,id\n{name},person,{id}\n");
    let gazetteer = Gazetteer::embedded()
        .with_names("a.csv", list("a", "Brumbel").as_bytes())
        .expect("a")
        .with_compiled_bytes(build(&[&list("b", "Brumbel")], Choice::default()).0.leak())
        .expect("b")
        .with_names("c.csv", list("c", "Brumbel Zindle").as_bytes())
        .expect("c");
    let ids = |name: &str| {
        let found = gazetteer.look_up(name);
        found.iter().map(|e| e.id.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids("Brumbel"), ["b"]);
    let text = "Brumbel Zindle said";
    let mut tokens = Vec::new();
    tokenize(text, &mut tokens);
    let found: Vec<_> = gazetteer
        .matches(text, &tokens, 0)
        .map(|h| (h.tokens, h.entries().next().map(|e| e.id)))
        .collect();
    assert_eq!(found, [(1, Some("b")), (2, Some("c"))]);
    let path = gazetteer.path().then(tokens[0].key).expect("a way");
    let entry = path.postings().next().and_then(|p| p.entry());
    assert_eq!(entry.map(|e| e.id), Some("b"));
    let path = path.then(tokens[1].key).expect("a way");
    let posting = path.postings().next().expect("a meaning");
    assert_eq!(posting.entry().map(|e| e.id), Some("c"));
    assert!(posting.in_language(&gazetteer.language("fr")));
    let mut many = Ok(Gazetteer::embedded());
    for n in 0..=Gazetteer::MOST_LAYERS {
        let list = list(&n.to_string(), "Brumbel");
        many = many.and_then(|g: Gazetteer| g.with_names("n.csv", list.as_bytes()));
    }
    assert!(matches!(many, Err(Error::TooMany(_))));
}

#[test]
fn more_lists_of_languages_than_records_can_name() {
    let tag = |n: u32| {
        let letter = |n: u32| char::from(b'a' + (n % 26) as u8);
        format!("{}{}{}", letter(n / 26), letter(n), letter(n / 26))
    };
    let mut list = String::from("name,type,lang\n");
    for n in 0..70_000 {
        list.push_str(&format!(
            "Brumbel{n},person,{} {}\n",
            tag(n / 300),
            tag(300 + n % 300)
        ));
    }
    let gazetteer = layer(&[&list]);
    let languages: Vec<String> = [0, 35_000, 69_999]
        .iter()
        .map(|n| {
            let found = gazetteer.look_up(&format!("Brumbel{n}"));
            found.first().map_or("none", |e| e.languages).to_owned()
        })
        .collect();
    let all = gazetteer.info().languages;
    assert_eq!(all.get(""), Some(&4466), "{languages:?}");
    for (n, told) in [0, 35_000, 69_999].into_iter().zip(&languages) {
        let pair = format!("{} {}", tag(n / 300), tag(300 + n % 300));
        assert!(told.is_empty() || *told == pair, "{told} {pair}");
    }
}

#[test]
fn what_a_file_holds_is_told() {
    let gazetteer = layer(&[TABLE, WIKIDATA]);
    let info = gazetteer.info();
    assert!(info.whole);
    assert_eq!(info.kinds.get(&Kind::Person).map(|k| k.1), Some(2));
    assert_eq!(info.kinds.get(&Kind::City), Some(&(1, 1)));
    assert_eq!(info.about, "list\t\t1\t0\t\n");
    assert!(Gazetteer::embedded().info().whole);
    assert!(Gazetteer::embedded().info().entities > 20_000);
}

#[test]
fn doubtful_names_are_told() {
    let list = "name,type,id,aliases\n\
        Quorvax,person,my:1,Zwar\n\
        Quorvox,person,my:1,\n\
        Brumbel,place,my:1,\n\
        X,person,my 2,\n\
        Paris,person,iso:FRA,\n\
        Brumbel,organization,Q12a,\n\
        M\u{0430}rio Zindle,person,my:4,\n\
        東,place,my:5,\n";
    let mut common = CommonWords::default();
    common.add("zwar", "German: function word");
    let mut lint = Lint::new(Choice::default(), common);
    let counts = lint.read("list.csv", Format::Table, list.as_bytes(), &mut Err);
    assert_eq!(counts.expect("counts").names, 9);
    let told: Vec<(Sort, u64, String)> = lint
        .findings()
        .into_iter()
        .map(|f| (f.sort, f.line, f.what))
        .collect();
    let expected = [
        (Sort::TwoLabels, 3, "my:1"),
        (Sort::TwoLabels, 4, "my:1"),
        (Sort::TwoTypes, 4, "my:1"),
        (Sort::BadId, 5, "my 2"),
        (Sort::BadId, 6, "iso:FRA"),
        (Sort::BadId, 7, "Q12a"),
        (Sort::CommonWord, 2, "Zwar"),
        (Sort::OneLetter, 5, "X"),
        (Sort::Ambiguous, 4, "Brumbel"),
        (Sort::Ambiguous, 6, "Paris"),
        (Sort::MixedScripts, 8, "M\u{0430}rio Zindle"),
    ];
    let told: Vec<(Sort, u64, &str)> = told.iter().map(|(s, l, w)| (*s, *l, w.as_str())).collect();
    assert_eq!(told, expected);
    let sound = "name,type,id\nQuorvax Zindle,person,my:1\n";
    let mut lint = Lint::new(Choice::default(), CommonWords::default());
    lint.read("list.csv", Format::Table, sound.as_bytes(), &mut Err)
        .expect("counts");
    assert!(lint.findings().is_empty());
}

/// Asks for everything that a run asks for.
fn use_all(gazetteer: &Gazetteer) {
    let text = "Quorvax Zindle of Institut Échelon and QZX came to Brumbel, Müller said.\n\nZindle";
    let mut tokens = Vec::new();
    tokenize(text, &mut tokens);
    let language = gazetteer.language("fr");
    for (at, token) in tokens.iter().enumerate() {
        gazetteer.begin(token.key);
        for hit in gazetteer.matches(text, &tokens, at) {
            for posting in hit.postings() {
                let _ = (
                    posting.in_language(&language),
                    posting.flags(),
                    posting.weight(),
                );
                if let Some(entry) = posting.entry() {
                    let _ = format!("{entry:?}");
                }
            }
        }
        let mut path = gazetteer.path().then(token.key);
        for next in tokens.iter().skip(at + 1) {
            let Some(way) = path else { break };
            assert!(way.postings().filter_map(|p| p.entry()).count() < 1000);
            path = way.then(next.key);
        }
    }
    let _ = gazetteer.look_up("Zindle");
    let _ = gazetteer.info();
    // A list that is laid over it asks for all its labels.
    let _ = gazetteer.clone().with_names("own.csv", TABLE.as_bytes());
}

#[test]
fn files_of_other_versions_and_other_files_are_refused() {
    let (bytes, ..) = build(&[TABLE], Choice::default());
    let open = |bytes: Vec<u8>| Gazetteer::embedded().with_compiled_bytes(bytes.leak());
    assert!(open(bytes.clone()).is_ok());
    let mut other = bytes.clone();
    other[7] = 2;
    assert!(matches!(open(other), Err(Error::Version)));
    assert!(matches!(
        open(b"name,type\n".to_vec()),
        Err(Error::Damaged(_))
    ));
    assert!(matches!(open(Vec::new()), Err(Error::Damaged(_))));
    for length in 0..bytes.len() {
        assert!(open(bytes[..length].to_vec()).is_err(), "{length}");
    }
    let longer = [bytes.as_slice(), b"x"].concat();
    assert!(matches!(open(longer), Err(Error::Damaged(_))));
}

proptest! {
    #[test]
    fn damaged_files_are_refused_or_harmless(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40),
        in_header in any::<bool>(),
    ) {
        static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| build(&[TABLE, WIKIDATA], Choice::default()).0);
        let mut bytes = WHOLE.clone();
        for (at, byte) in changes {
            let end = if in_header { 64 } else { bytes.len() };
            bytes[at.index(end)] = byte;
        }
        let changed = bytes != *WHOLE;
        if let Ok(gazetteer) = Gazetteer::embedded().with_compiled_bytes(bytes.leak()) {
            prop_assert_eq!(gazetteer.info().whole, !changed);
            use_all(&gazetteer);
        }
    }
}

proptest! {
    // Each case reads the whole embedded gazetteer.
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_lists_and_rows_makes_no_difference(
        rows in prop::collection::vec(("[A-C][a-c]? [A-B]", 0..3u8, 1..4u8, "(en|fr|de|)", 0..2000u32), 1..12),
        seed in any::<prop::sample::Index>(),
    ) {
        let mut rows: Vec<String> = rows
            .iter()
            .map(|(name, kind, id, language, weight)| {
                let kind = ["person", "place", "organization"][usize::from(*kind)];
                format!("{name},{kind},id{id},{language},{weight}\n")
            })
            .collect();
        let list = |rows: &[String]| format!("name,type,id,lang,weight\n{}", rows.concat());
        let one = build(&[&list(&rows), WIKIDATA], Choice::default()).0;
        let cut = seed.index(rows.len());
        rows.rotate_left(cut);
        let two = build(&[WIKIDATA, &list(&rows[cut..]), &list(&rows[..cut])], Choice::default()).0;
        prop_assert!(one == two);
    }

    #[test]
    fn any_list_is_fine(list in "(\\PC|\t|\n|,){0,80}", format in 0..5usize) {
        let formats = [Format::Table, Format::GeoNames, Format::GeoNamesNames, Format::Wikidata, Format::JrcNames];
        let mut builder = Builder::new(Choice::default(), CommonWords::default());
        let _ = builder.read("list", formats[format], list.as_bytes(), &mut |_| Ok(()));
        builder.finish("").expect("a layer");
    }
}
