//! Own sentences for each kind of evidence, and what must hold for any text.

use crate::{Name, RULES, Recognizer, Scratch};
use dateline_document::{Document, Slots};
use dateline_gazetteer::Gazetteer;
use dateline_languages::{Lexicon, Library};
use dateline_model::{MentionKind, Span};
use proptest::prelude::*;

/// Names that these tests need and that no table of the world has.
const OWN: &str = "\
name,type,id,aliases
Orvale,place,,
Republic of Tarsk,place,iso:QT,Tarsk
Northern Bank of Tarsk,organization,,NBT
Quillon,organization,,
Orval,place,,
Орвал,place,,
Kvillon,organization,,
Wielka Izba Tarska,organization,,
";

struct Reader {
    library: Library,
    gazetteer: Gazetteer,
}

impl Reader {
    fn new() -> Self {
        let gazetteer = Gazetteer::embedded()
            .with_names("own.csv", OWN.as_bytes())
            .unwrap();
        Self {
            library: Library::embedded(),
            gazetteer,
        }
    }

    fn read(&self, tag: &str, text: &str, taken: &[Span]) -> Vec<Name> {
        let pack = self.library.pack(tag).unwrap();
        let lexicon = Lexicon::new(&pack, &[]);
        let recognizer = Recognizer::new(&lexicon, &pack, &self.gazetteer);
        let (mut tokens, mut outline) = (Vec::new(), dateline_text::Outline::default());
        dateline_text::outline(text, &mut tokens, &mut outline);
        lexicon.mark(&mut tokens);
        let document = Document::new(
            text.into(),
            0,
            (tokens, outline),
            &lexicon,
            &Slots::new(&lexicon),
        );
        let mut out = Vec::new();
        recognizer.find(&document, taken, &mut Scratch::default(), &mut out);
        out
    }
}

/// «form/type» of each name.
fn forms(text: &str, names: &[Name]) -> Vec<String> {
    names
        .iter()
        .map(|n| format!("{}/{}", n.span.of(text), n.name_type.as_str()))
        .collect()
}

#[test]
fn evidence_in_english() {
    let reader = Reader::new();
    for (text, expected, rule) in [
        (
            "The talks were held in Orvale.",
            "Orvale/place",
            "name.list.place",
        ),
        (
            "She works for Quillon now.",
            "Quillon/organization",
            "name.list.organization",
        ),
        (
            "We met with Mr Zebrosk at noon.",
            "Zebrosk/person",
            "name.title.honorific",
        ),
        (
            "The plan of President Zebrosk failed.",
            "Zebrosk/person",
            "name.title.person",
        ),
        (
            "He came with his wife Zebrosk.",
            "Zebrosk/person",
            "name.title.kin",
        ),
        (
            "The books of Peter Zebrosk sold well.",
            "Peter Zebrosk/person",
            "name.given-name",
        ),
        (
            "They saw Zebrosk, 45, at the door.",
            "Zebrosk/person",
            "name.apposition.person",
        ),
        (
            "It was late, Zebrosk told reporters.",
            "Zebrosk/person",
            "name.speech-verb",
        ),
        (
            "It is run by the Ministry of Public Works.",
            "Ministry of Public Works/organization",
            "name.org-head",
        ),
        (
            "It was bought by Zebrosk Holdings.",
            "Zebrosk Holdings/organization",
            "name.org-suffix",
        ),
        (
            "It was printed in the Zebrosk Herald.",
            "Zebrosk Herald/organization",
            "name.org-tail",
        ),
        (
            "A report of the ZKRP was read.",
            "ZKRP/organization",
            "name.acronym",
        ),
        (
            "They swam in the Zebrosk River.",
            "Zebrosk River/place",
            "name.place-tail",
        ),
        (
            "They climbed Mount Zebrosk.",
            "Mount Zebrosk/place",
            "name.place-head",
        ),
        (
            "The town of Zebrosk was flooded.",
            "Zebrosk/place",
            "name.place-noun",
        ),
        (
            "The Zebrosk-based firm failed.",
            "Zebrosk/place",
            "name.based",
        ),
    ] {
        let names = reader.read("en", text, &[]);
        assert_eq!(forms(text, &names), [expected], "{text}");
        assert_eq!(names[0].rule, rule, "{text}");
    }
}

#[test]
fn evidence_in_french() {
    let reader = Reader::new();
    for (text, expected, rule) in [
        (
            "Elle a rencontré Mme Zebrosk hier.",
            "Zebrosk/person",
            "name.title.honorific",
        ),
        (
            "Le projet du président Zebrosk a échoué.",
            "Zebrosk/person",
            "name.title.person",
        ),
        (
            "Les livres de Pierre Zebrosk se vendent bien.",
            "Pierre Zebrosk/person",
            "name.given-name",
        ),
        (
            "Selon le ministère de l'Agriculture, tout va bien.",
            "ministère de l'Agriculture/organization",
            "name.org-head",
        ),
        (
            "Un rapport de la Fédération nationale de chasse est attendu.",
            "Fédération nationale de chasse/organization",
            "name.org-head",
        ),
        (
            "Ils habitent rue Zebrosk.",
            "rue Zebrosk/place",
            "name.place-head",
        ),
        (
            "Elle vit à Zebrosk depuis longtemps.",
            "Zebrosk/place",
            "name.place-preposition",
        ),
        (
            "Le village de Zebrosk a été inondé.",
            "Zebrosk/place",
            "name.place-noun",
        ),
    ] {
        let names = reader.read("fr", text, &[]);
        assert_eq!(forms(text, &names), [expected], "{text}");
        assert_eq!(names[0].rule, rule, "{text}");
    }
}

#[test]
fn words_that_open_a_sentence_are_no_names() {
    let reader = Reader::new();
    for (tag, text) in [
        (
            "en",
            "However, nobody came. Yesterday it rained. Officials said so.",
        ),
        ("en", "On Monday in April the French left."),
        (
            "fr",
            "Cependant, personne n'est venu. Hier il pleuvait. Les Français sont partis.",
        ),
    ] {
        assert_eq!(forms(text, &reader.read(tag, text, &[])), [""; 0], "{text}");
    }
}

#[test]
fn parts_and_initials_stand_for_the_whole() {
    let reader = Reader::new();
    let text = "Anna Zebrosk leads the Northern Fisheries Council (NFC). The NFC met Zebrosk's lawyers. \
                The Council was pleased.";
    let names = reader.read("en", text, &[]);
    assert_eq!(
        forms(text, &names),
        [
            "Anna Zebrosk/person",
            "Northern Fisheries Council/organization",
            "NFC/organization",
            "NFC/organization",
            "Zebrosk/person",
            "Council/organization",
        ]
    );
    let kinds: Vec<_> = names.iter().map(|n| n.kind).collect();
    use MentionKind::{Acronym, Full, Short};
    assert_eq!(kinds, [Full, Full, Acronym, Acronym, Short, Short]);
    assert_eq!(&*names[4].entity_id, "x:person:anna-zebrosk");
    assert_eq!(&*names[4].label, "Anna Zebrosk");
    assert!(
        names[1..4]
            .iter()
            .all(|n| &*n.entity_id == "x:organization:northern-fisheries-council")
    );
}

#[test]
fn the_gazetteer_gives_ids() {
    let reader = Reader::new();
    let text = "Tarsk is small. The NBT says that the Northern Bank of Tarsk is large.";
    let names = reader.read("en", text, &[]);
    assert_eq!(&*names[0].entity_id, "iso:QT");
    assert_eq!(&*names[0].label, "Republic of Tarsk");
    assert_eq!(names[1].entity_id, names[2].entity_id);
}

#[test]
fn forms_of_a_name_are_one() {
    let reader = Reader::new();
    // The base is known, in the singular or in several words.
    for (tag, text, form) in [
        ("cs", "Jednali včera v Orvalu o míru.", "Orvalu"),
        ("fi", "Kokous pidettiin Kvillonissa eilen.", "Kvillonissa"),
        ("uk", "Про це йшлося в Орвалі вчора.", "Орвалі"),
        (
            "pl",
            "Spotkanie Wielkiej Izby Tarskiej trwało.",
            "Wielkiej Izby Tarskiej",
        ),
    ] {
        let names = reader.read(tag, text, &[]);
        let found: Vec<_> = names.iter().map(|n| n.span.of(text)).collect();
        assert_eq!(found, [form], "{tag}");
        assert!(
            names[0].rule.starts_with("name.list"),
            "{tag}: {}",
            names[0].rule
        );
    }
    // A word in small letters is no form of a name, and none is made up at the beginning.
    assert!(
        reader
            .read("cs", "Mluvil o orvalu. Orvalu se bál.", &[])
            .is_empty()
    );
}

#[test]
fn forms_in_one_article_speak_for_each_other() {
    let reader = Reader::new();
    let text = "Mluvil Jan Zebros. Podle Jana Zebrose je zle. Se Zebrosem nikdo nesouhlasí.";
    let names = reader.read("cs", text, &[]);
    assert_eq!(
        forms(text, &names),
        [
            "Jan Zebros/person",
            "Jana Zebrose/person",
            "Zebrosem/person"
        ]
    );
    for name in &names {
        assert_eq!(&*name.entity_id, "x:person:jan-zebros");
        assert_eq!(&*name.label, "Jan Zebros");
    }
    // Two forms give the base that the article has nowhere.
    let text = "Podle Jana Zebrose je zle. S Janem Zebrosem nikdo nesouhlasí.";
    let names = reader.read("cs", text, &[]);
    assert_eq!(names.len(), 2);
    assert!(names.iter().all(|n| &*n.label == "Jan Zebros"));
}

#[test]
fn roles_stand_in_the_words_of_the_article() {
    let reader = Reader::new();
    for (tag, text, person, role, organization) in [
        (
            "en",
            "Quillon chief executive Anna Zebrosk resigned.",
            1,
            "chief executive",
            "x:organization:quillon",
        ),
        (
            "en",
            "Former president Anna Zebrosk resigned.",
            0,
            "Former president",
            "",
        ),
        (
            "en",
            "Anna Zebrosk, head of security at Quillon, resigned.",
            0,
            "head of security",
            "x:organization:quillon",
        ),
        (
            "fr",
            "Anne Zebrosk, responsable de la sécurité pour Quillon, est partie.",
            0,
            "responsable de la sécurité",
            "x:organization:quillon",
        ),
        (
            "fr",
            "L'ancien ministre Pierre Zebrosk est parti.",
            0,
            "ancien ministre",
            "",
        ),
    ] {
        let names = reader.read(tag, text, &[]);
        let name = &names[person];
        assert_eq!(name.role.of(text), role, "{text}");
        assert_eq!(name.role_org_id, organization, "{text}");
    }
}

#[test]
fn headlines_are_read_last() {
    let reader = Reader::new();
    let text =
        "ZEBROSK LEAVES QUILLON AFTER LONG FIGHT\n\nAnna Zebrosk leaves Quillon after a fight.";
    let names = reader.read("en", text, &[]);
    assert_eq!(names[0].span.of(text), "ZEBROSK");
    assert_eq!(&*names[0].entity_id, "x:person:anna-zebrosk");
    assert_eq!(names[1].span.of(text), "QUILLON");
}

#[test]
fn dates_that_are_certain_are_left_alone() {
    let reader = Reader::new();
    let text = "He met Mr April Orvale there.";
    let at = text.find("April").unwrap() as u32;
    let names = reader.read("en", text, &[Span::new(at, at + 5)]);
    assert!(names.iter().all(|n| n.span.start >= at + 5));
}

#[test]
fn names_without_capitals() {
    let reader = Reader::new();
    for (tag, text, expected) in [
        ("he", "הכנס נפתח אתמול בישראל.", "בישראל/place"),
        ("ar", "وصل الوفد أمس وبيروت هادئة.", "وبيروت/place"),
        ("ja", "岸田首相は会見で述べた。", "岸田/person"),
        (
            "ja",
            "ジョン・タルスク氏が来日した。",
            "ジョン・タルスク/person",
        ),
        ("ja", "会議は東京大学で開かれた。", "東京大学/organization"),
        ("zh", "王晓明，演员，生于上海。", "王晓明/person"),
        ("zh", "他毕业于南河师范大学。", "南河师范大学/organization"),
        (
            "zh",
            "作者是塔尔斯克·维尔诺夫。",
            "塔尔斯克·维尔诺夫/person",
        ),
        ("zh", "展览在日本东京举行。", "日本东京/place"),
        ("ja", "鈴木啓介は画家である。", "鈴木啓介/person"),
        (
            "ja",
            "タルスク交響楽団が演奏した。",
            "タルスク交響楽団/organization",
        ),
        ("he", "הוא גר ברחוב טרסקי.", "ברחוב טרסקי/place"),
        ("am", "ጉባኤው በኬንያም ተካሄደ።", "በኬንያም/place"),
        ("bn", "বৈঠক নেপালে বসে।", "নেপালে/place"),
        ("ko", "문서린 장관은 부산에서 회견했다.", "문서린/person"),
        ("ko", "문서린 장관은 부산에서 회견했다.", "부산/place"),
        ("ko", "이날 오씨는 법정에 섰다.", "오/person"),
        ("ko", "이날 B 씨는 법정에 섰다.", "B/person"),
        ("ko", "한빛은행은 지점을 열었다.", "한빛은행/organization"),
        (
            "ko",
            "그는 울산시 남구 달동에 산다.",
            "울산시 남구 달동/place",
        ),
        ("ko", "신용카드는 쓰지 않는다.", ""),
    ] {
        if expected.is_empty() {
            assert_eq!(forms(text, &reader.read(tag, text, &[])), [""; 0]);
            continue;
        }
        assert!(
            forms(text, &reader.read(tag, text, &[])).contains(&expected.to_owned()),
            "{text}: {:?}",
            forms(text, &reader.read(tag, text, &[]))
        );
    }
}

#[test]
fn names_written_small_at_their_end_and_behind_a_body() {
    let reader = Reader::new();
    for (tag, text, expected) in [
        (
            "ru",
            "Решение принял Тарский суд.",
            "Тарский суд/organization",
        ),
        (
            "ru",
            "Они живут в Тарской области.",
            "Тарской области/place",
        ),
        ("cs", "Přišel šéf ODS Aleš Tarský.", "Aleš Tarský/person"),
        (
            "ru",
            "Договор подписало ООО «Тарский сыр».",
            "ООО «Тарский сыр»/organization",
        ),
    ] {
        assert!(
            forms(text, &reader.read(tag, text, &[])).contains(&expected.to_owned()),
            "{text}: {:?}",
            forms(text, &reader.read(tag, text, &[]))
        );
    }
}

#[test]
fn every_rule_is_listed_once() {
    let mut ids: Vec<_> = RULES.iter().map(|r| r.0).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), RULES.len());
    assert!(
        RULES
            .iter()
            .all(|(id, doc)| id.starts_with("name.") && doc.ends_with('.'))
    );
}

/// Takes far longer than a test may if any step takes the square of the text's length.
#[test]
fn long_runs_and_many_namesakes_take_linear_time() {
    let reader = Reader::new();
    let mut run = "Zebrosk Of ".repeat(40_000);
    run.push_str(&"small words follow here ".repeat(20_000));
    assert!(reader.read("en", &run, &[]).len() < 80_000);
    let letters = |n: usize| -> String {
        format!("{n:05}")
            .bytes()
            .map(|b| char::from(b'a' + (b - b'0')))
            .collect()
    };
    let list: String = (0..30_000)
        .map(|n| format!("It was Peter Z{}, he said. ", letters(n)))
        .collect();
    assert_eq!(reader.read("en", &list, &[]).len(), 30_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_sound_names(
        text in "(([A-Z][a-z]{1,6}|[A-Z]{1,5}|of|the|de|la|l'|d'|and|et|president|Mr|Dr|ministère|Bank|Paris|Jean|said|à|in|É|ß|İ|北|[0-9]{1,3}|[.,;:()\"«»'’&/-]|\u{301}|\u{ad}|\n|\n\n)( |)){0,40}",
        french in any::<bool>(),
        cut in 0u32..60,
    ) {
        let reader = Reader::new();
        let tag = if french { "fr" } else { "en" };
        let taken = [Span::new(cut, cut + 4)];
        let names = reader.read(tag, &text, &taken);
        let mut end = 0;
        for n in &names {
            prop_assert!(n.span.start >= end && n.span.end > n.span.start);
            end = n.span.end;
            prop_assert!(text.get(n.span.start as usize..n.span.end as usize).is_some());
            prop_assert!(text.get(n.role.start as usize..n.role.end as usize).is_some());
            prop_assert!((0.0..=1.0).contains(&n.confidence));
            prop_assert!(RULES.iter().any(|r| r.0 == n.rule), "{:?}", n);
            prop_assert!(!n.label.is_empty());
        }
        prop_assert_eq!(&reader.read(tag, &text, &taken), &names);
    }
}

#[test]
fn a_capital_alone_is_no_name_where_nouns_have_capitals() {
    let reader = Reader::new();
    let text = "Man sprach gestern mit dem Hersteller Quillon über Preise.";
    let names = reader.read("de", text, &[]);
    assert_eq!(forms(text, &names), ["Quillon/organization"]);
}

#[test]
fn languages_order_names_in_their_own_way() {
    let reader = Reader::new();
    for (tag, text, expected, rule) in [
        (
            "hu",
            "Ezt tegnap Zebrosk Viktor mondta.",
            "Zebrosk Viktor/person",
            "name.given-name",
        ),
        (
            "es",
            "Ayer lo dijo el Banco Zebrosk.",
            "Banco Zebrosk/organization",
            "name.org-head",
        ),
    ] {
        let names = reader.read(tag, text, &[]);
        assert_eq!(forms(text, &names)[0], expected, "{tag}");
        assert_eq!(names[0].rule, rule, "{tag}");
    }
}

#[test]
fn places_of_one_name_go_by_their_neighbours() {
    let reader = Reader::new();
    for (text, name, id) in [
        (
            "Georgia signed the deal in Tbilisi. Washington welcomed it, and so did the United States.",
            "Georgia",
            "iso:GE",
        ),
        (
            "The storm hit Florida, Alabama and Georgia. It came from Louisiana to the United States.",
            "Georgia",
            "iso:US-GA",
        ),
        (
            "A fire broke out in Athens, Georgia, on Monday.",
            "Athens",
            "gn:4180386",
        ),
        (
            "A fire broke out in Athens on Monday, and Greece sent help.",
            "Athens",
            "gn:264371",
        ),
        (
            "Police in London, Ontario, said nothing.",
            "London",
            "gn:6058560",
        ),
        (
            "From Toronto, Montreal and Vancouver in Canada they flew to London.",
            "London",
            "gn:2643743",
        ),
        (
            "He taught at Cambridge after years in England.",
            "Cambridge",
            "gn:2653941",
        ),
        (
            "He taught in Cambridge, Massachusetts.",
            "Cambridge",
            "gn:4931972",
        ),
        ("He taught in Cambridge.", "Cambridge", ""),
        (
            "Ministers met in Luxembourg. Brussels, Antwerp and Ghent in Belgium sent envoys.",
            "Luxembourg",
            "iso:LU",
        ),
        ("Shops in Dublin will follow.", "Dublin", "gn:2964574"),
    ] {
        let names = reader.read("en", text, &[]);
        let found: Vec<_> = names.iter().filter(|n| n.span.of(text) == name).collect();
        assert!(!found.is_empty(), "{text}");
        for n in found {
            assert_eq!(&*n.entity_id, id, "{text}");
        }
    }
}

#[test]
fn a_label_shows_how_a_name_is_written() {
    let reader = Reader::new();
    for (tag, text, names) in [
        (
            "de",
            "Andreas Albers lobte Carlos Edwards. Die Rede gefiel Albers.",
            &["Andreas Albers", "Carlos Edwards", "Andreas Albers"][..],
        ),
        (
            "de",
            "Wir trafen Wiebke Harms. Harms war müde.",
            &["Wiebke Harms", "Wiebke Harms"],
        ),
        (
            "en",
            "ZEBROSK, Tarsk: The town of Zebrosk is small. People in Zebrosk sleep.",
            &["Zebrosk", "Republic of Tarsk", "Zebrosk", "Zebrosk"],
        ),
    ] {
        let found = reader.read(tag, text, &[]);
        let labels: Vec<_> = found.iter().map(|n| &*n.label).collect();
        assert_eq!(labels, names, "{text}");
    }
}

#[test]
fn compounds_that_begin_with_a_name_are_none() {
    let reader = Reader::new();
    for (text, expected) in [
        ("Der SPD-Chef Jan Zebrosk kam.", &["Jan Zebrosk/person"][..]),
        (
            "Die Deutsche-Bank-Chefin Anna Zebrosk kam.",
            &["Anna Zebrosk/person"],
        ),
        ("Der EU-Streit begann.", &[]),
        ("Anna Meyer-Koch kam.", &["Anna Meyer-Koch/person"]),
    ] {
        assert_eq!(forms(text, &reader.read("de", text, &[])), expected);
    }
    let names = reader.read("de", "Der SPD-Chef Jan Zebrosk kam.", &[]);
    assert_eq!(names[0].role, Span::new(4, 12));
    assert!(!names[0].role_org_id.is_empty());
}

#[test]
fn an_apostrophe_is_a_letter_in_cyrillic() {
    let text = "Міністерка Мар'яна Зеброська приїхала.";
    let names = Reader::new().read("uk", text, &[]);
    assert_eq!(forms(text, &names), ["Мар'яна Зеброська/person"]);
}

#[test]
fn a_complement_of_the_verb_is_no_part_of_a_body() {
    let reader = Reader::new();
    for (text, expected) in [
        (
            "La Commission européenne a voté. La Commission attend. Il faut protéger la Commission des pirates. La Commission dort.",
            "Commission européenne Commission Commission Commission",
        ),
        (
            "La Commission des pirates a voté. La Commission attend. La Commission dort.",
            "Commission des pirates Commission Commission",
        ),
    ] {
        let names = reader.read("fr", text, &[]);
        let found: Vec<_> = names.iter().map(|n| n.span.of(text)).collect();
        assert_eq!(found.join(" "), expected);
    }
}
