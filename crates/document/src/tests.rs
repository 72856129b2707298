use super::*;
use dateline_languages::Library;
use proptest::prelude::*;
use std::sync::LazyLock;

struct Language {
    lexicon: Lexicon,
}

impl Language {
    fn load(tag: &str) -> Self {
        let pack = Library::embedded().pack(tag).expect("an embedded language");
        Self {
            lexicon: Lexicon::new(&pack, &[]),
        }
    }

    fn read<'t>(&self, title: &str, text: &'t str) -> Document<'t> {
        let (text, start) = Document::join(title, text);
        let (mut tokens, mut outline) = (Vec::new(), Outline::default());
        dateline_text::outline(&text, &mut tokens, &mut outline);
        self.lexicon.mark(&mut tokens);
        Document::new(
            text,
            start,
            (tokens, outline),
            &self.lexicon,
            &Slots::new(&self.lexicon),
        )
    }
}

macro_rules! languages {
    ($($name:ident $tag:literal),+) => {
        $(fn $name() -> &'static Language {
            static IT: LazyLock<Language> = LazyLock::new(|| Language::load($tag));
            &IT
        })+
    };
}
languages!(en "en", fr "fr", de "de", es "es", ru "ru", ja "ja", zh "zh", ar "ar", ko "ko", hi "hi", root "root");

/// The sentences as text.
fn cut<'t>(document: &'t Document<'_>) -> Vec<&'t str> {
    document
        .sentences
        .iter()
        .map(|s| s.span.of(&document.text))
        .collect()
}

fn zones<'t>(document: &'t Document<'_>) -> Vec<(Zone, &'t str)> {
    document
        .sentences
        .iter()
        .map(|s| (s.zone, s.span.of(&document.text)))
        .collect()
}

#[track_caller]
fn whole(language: &Language, text: &str) {
    assert_eq!(cut(&language.read("", text)), [text]);
}

#[track_caller]
fn pieces(language: &Language, pieces: &[&str]) {
    assert_eq!(cut(&language.read("", &pieces.join(" "))), pieces);
}

// ---- sentences

#[test]
fn sentences_tile_the_tokens_of_ordinary_prose() {
    pieces(
        en(),
        &[
            "The ferry left at noon.",
            "Nobody waved!",
            "Why would they?",
            "It was raining…",
            "So it goes.",
        ],
    );
    pieces(
        fr(),
        &[
            "Le bac est parti.",
            "Personne n'a salué !",
            "Pourquoi l'auraient-ils fait ?",
            "Il pleuvait.",
        ],
    );
}

#[test]
fn english_abbreviations() {
    whole(en(), "Mr. Smith met Gen. Lee and Sen. Ann Ray of St. Paul.");
    whole(en(), "On Jan. 5 and on Nov. 18, 2019, see p. 12 and No. 5.");
    whole(
        en(),
        "The U.S. Senate and J. K. Rowling met George W. Bush vs. the rest.",
    );
    pieces(
        en(),
        &[
            "They live in the U.S.",
            "The rest went home at 5 p.m.",
            "He slept.",
        ],
    );
    pieces(en(), &["He works for Acme Inc.", "The firm is small."]);
    whole(
        en(),
        "He works for Acme Inc. Europe and for Smith & Co. Partners.",
    );
    pieces(en(), &["It happened in May.", "Nobody knew."]);
    whole(en(), "Prices rose 3.5 percent to $1.20.");
}

#[test]
fn french_abbreviations() {
    whole(
        fr(),
        "M. Dupont et Mme Durand ont vu MM. Petit et Grand, cf. p. 12.",
    );
    whole(fr(), "Le 5 janv. 2024, J.-C. Martin a cité l'art. 3.");
    pieces(
        fr(),
        &[
            "Il vend des pommes, des poires, etc.",
            "Les clients sont contents.",
        ],
    );
}

#[test]
fn german_ordinals() {
    whole(
        de(),
        "Am 3. Mai und im 19. Jahrhundert spielte der 1. FC Beispiel, z. B. gegen den 2. Verein.",
    );
    pieces(de(), &["Er gewann mit 3:2.", "Danach ging er."]);
    pieces(de(), &["Das war 1989.", "Berlin jubelte."]);
    whole(de(), "Bern, 5.3.2024 und 5. 3. 2024.");
}

#[test]
fn quotes_and_brackets_close_with_the_sentence() {
    pieces(
        en(),
        &[
            "\"We are ready.\"",
            "“Are you?”",
            "He left (so they say.)",
            "Then it ended.",
        ],
    );
    whole(en(), "\"Ready?\" asked the mayor.");
    whole(en(), "He said “never!” and left.");
    pieces(
        fr(),
        &[
            "« Qui va payer ? », demande-t-il.",
            "« Nous ! »",
            "Il sort.",
        ],
    );
    whole(
        fr(),
        "\"De la même façon (...) aux Antilles, nous l'avons fait.",
    );
    pieces(de(), &["»Nie wieder!«", "„Doch.“", "Er ging."]);
    pieces(en(), &["It ended in 1848.[3]", "Then came peace."]);
}

#[test]
fn a_lost_space_does_not_glue_sentences() {
    assert_eq!(
        cut(&en().read(
            "",
            "It was the end.The next day came. See example.com for more."
        )),
        [
            "It was the end.",
            "The next day came.",
            "See example.com for more."
        ]
    );
}

#[test]
fn other_scripts() {
    assert_eq!(
        cut(&zh().read("", "她来了。“你好！”他说，走吧。")),
        ["她来了。", "“你好！”", "他说，走吧。"]
    );
    assert_eq!(
        cut(&ja().read("", "雨が降った。終わった？はい。")),
        ["雨が降った。", "終わった？", "はい。"]
    );
    pieces(hi(), &["वह घर गया।", "बारिश हुई।"]);
    pieces(ar(), &["هل جاء؟", "نعم جاء."]);
    pieces(
        ru(),
        &[
            "В 2023 г. Москва ждала.",
            "Он приехал в 5 ч. утра и т. д.",
            "Это всё.",
        ],
    );
}

#[test]
fn lines_of_lists_end_at_line_ends() {
    let text =
        "Oslo: trams return\nLima: market reopens after flood\nCairo: museum counts its visitors";
    assert_eq!(cut(&en().read("", text)), text.lines().collect::<Vec<_>>());
}

#[test]
fn wrapped_text_is_not_cut_at_line_ends() {
    let text = "The council of the small harbour town voted on Monday to repair the old\n\
                lighthouse, which had been closed since the storm of last winter and\n\
                Margaret Holloway, who keeps the key, said she was glad. The work will\n\
                begin in March.\n\n\
                A second vote, on the ferry, was put off until the autumn because two\n\
                members were away.";
    let document = en().read("", text);
    assert_eq!(document.sentences.len(), 3);
    let paragraphs: Vec<u32> = document.sentences.iter().map(|s| s.paragraph).collect();
    assert_eq!(paragraphs, [0, 0, 1]);
}

#[test]
fn lines_with_full_stops_are_paragraphs_of_their_own() {
    let document = en().read(
        "",
        "One line ends here.\nAnother line ends there.\nA third.",
    );
    let paragraphs: Vec<u32> = document.sentences.iter().map(|s| s.paragraph).collect();
    assert_eq!(paragraphs, [0, 1, 2]);
}

// ---- zones

const PROSE: &str = "The council of the small harbour town voted on Monday to repair the old lighthouse before winter.";

#[test]
fn titles() {
    let text = format!("Council votes for lighthouse\n\n{PROSE}");
    let document = en().read("", &text);
    assert_eq!(
        document.title.map(|t| t.of(&document.text)),
        Some("Council votes for lighthouse")
    );
    assert_eq!(document.sentences[0].zone, Zone::Title);
    assert_eq!(document.sentences[1].zone, Zone::Body);
    // Prose is no title.
    assert_eq!(en().read("", PROSE).title, None);
    // A separate title that the text repeats.
    let text = format!("Council votes\n\n{PROSE}");
    let document = en().read("Council votes", &text);
    assert_eq!(document.title, Some(Span::new(0, 13)));
    assert_eq!(document.sentences[1].zone, Zone::Title);
    assert_eq!(document.sentences[2].zone, Zone::Body);
}

#[test]
fn headings() {
    let text = format!("{PROSE}\n\nA long wait\n\n{PROSE}");
    assert_eq!(
        zones(&en().read("", &text))[1],
        (Zone::Heading, "A long wait")
    );
}

#[test]
fn credits() {
    for line in [
        "With AFP",
        "By Jane Holloway",
        "By Jane Holloway and Tom de Vries, Staff Writer",
        "(Reporting by Jane Holloway; Editing by Tom Vries)",
        "Photo: Jane Holloway",
        "Reuters",
        "AP Photo/Jane Holloway",
        "© AFP",
        "© Jane Holloway/Harbour Post",
    ] {
        let text = format!("{PROSE}\n\n{line}");
        let document = en().read("", &text);
        assert!(
            document.sentences[1..]
                .iter()
                .all(|s| s.zone == Zone::Credit),
            "{line}"
        );
    }
    let document = fr().read(
        "",
        "La navette attend à quai depuis ce matin, sous la pluie. (JEANNE MARTIN / AFP)",
    );
    assert_eq!(document.sentences[1].zone, Zone::Credit);
    assert!(document.agency.is_empty(), "the agency of a picture");
    let text = format!("{PROSE}\n\nArticle rédigé par la rédaction avec AFP");
    let document = fr().read("", &text);
    assert_eq!(
        document.slice(document.agency.start, document.agency.end),
        "AFP"
    );
    // Prose that begins like a credit.
    for line in [
        "By Monday the water had gone and people returned.",
        "With Reuters he had no quarrel, said the mayor.",
    ] {
        assert_eq!(zones(&en().read("", line)), [(Zone::Body, line)]);
    }
}

#[test]
fn boilerplate() {
    for line in [
        "Sign up for our newsletter",
        "Read more: The ferry that never came",
        ">> The ferry that never came",
        "→ The ferry that never came",
        "Home | News | Sport | Weather",
        "Comments (12)",
        "Subscribe",
        "© 2024 Harbour Post",
        "This website uses cookies to improve your experience.",
        "3 min read",
    ] {
        let text = format!("{PROSE}\n\n{PROSE}\n\n{line}");
        let document = en().read("", &text);
        assert!(
            document.sentences[2..]
                .iter()
                .all(|s| s.zone == Zone::Boilerplate),
            "{line}"
        );
    }
    for line in [
        "Share prices rose on Monday, and the bank signed up two partners.",
        "Comments by the mayor drew fire.",
        "Follow the money, he said.",
        "Tunis > Sfax is a long road.",
        "• Oslo (Norway) • Lima (Peru) • Rome (Italy)",
        "He subscribed to our newsletter in protest, and many readers of the small paper did the same before the vote on \
         Monday, when the council met again to talk about the lighthouse.",
    ] {
        let text = format!("{PROSE}\n\n{line}\n\n{PROSE}");
        assert_eq!(en().read("", &text).sentences[1].zone, Zone::Body, "{line}");
    }
}

#[test]
fn lists_of_links() {
    let text =
        format!("{PROSE}\n\nRelated stories\n\nFerry lost at sea\n\nBaker wins prize\n\n{PROSE}");
    let found: Vec<Zone> = en()
        .read("", &text)
        .sentences
        .iter()
        .map(|s| s.zone)
        .collect();
    assert_eq!(
        found,
        [
            Zone::Body,
            Zone::Boilerplate,
            Zone::Boilerplate,
            Zone::Boilerplate,
            Zone::Body
        ]
    );
}

#[test]
fn lines_among_page_text_behind_the_article() {
    let text = format!(
        "{PROSE}\n\nWith AFP\n\nThe best of the\n\nI subscribe\n\nNews in your pocket\n\nDownload the Harbour app"
    );
    let found: Vec<Zone> = en()
        .read("", &text)
        .sentences
        .iter()
        .map(|s| s.zone)
        .collect();
    assert_eq!(found[1], Zone::Credit);
    assert!(
        found[2..].iter().all(|z| *z == Zone::Boilerplate),
        "{found:?}"
    );
    // A list of results stays, whatever follows it.
    let list = [
        "Oslo 3 Lima 1",
        "Cairo 2 Rome 2",
        "Paris 0 Bern 1",
        "Lagos 4 Accra 2",
        "Sign up for our newsletter",
    ];
    let text = format!("{PROSE}\n\n{}", list.join("\n"));
    let found: Vec<Zone> = en()
        .read("", &text)
        .sentences
        .iter()
        .map(|s| s.zone)
        .collect();
    assert!(!found[1..5].contains(&Zone::Boilerplate), "{found:?}");
    assert_eq!(found[5], Zone::Boilerplate);
}

#[test]
fn page_dates() {
    for (language, line, date) in [
        (
            en(),
            "Published March 10, 2023 | Updated March 12, 2023",
            "March 10, 2023",
        ),
        (
            en(),
            "Published: 10 March 2023 17:40",
            "10 March 2023 17:40",
        ),
        (en(), "Friday 12 January 2024", "Friday 12 January 2024"),
        (
            fr(),
            "Publié le mercredi 15 mars 2023 à 17h40",
            "mercredi 15 mars 2023 à 17h40",
        ),
        (de(), "Stand: 12.09.2023, 17:42 Uhr", "12.09.2023, 17"),
    ] {
        let text = format!("A headline for it all\n\n{line}\n\n{PROSE}");
        let document = language.read("", &text);
        let range = document.page_date.clone().unwrap_or_default();
        assert!(
            document
                .slice(range.start, range.end)
                .starts_with(date.split(':').next().unwrap_or(date)),
            "{line}"
        );
        assert_ne!(document.sentences[1].zone, Zone::Body, "{line}");
    }
    // «Published» wins over «updated», and prose is no date of the page.
    let text = format!("Updated March 12, 2023\nPublished March 10, 2023\n\n{PROSE}");
    let document = en().read("", &text);
    let range = document.page_date.clone().unwrap_or_default();
    assert_eq!(document.slice(range.start, range.end), "March 10, 2023");
    let text = "Published in May 2023, the report of the committee says that nobody had read the letters before the storm.";
    assert_eq!(en().read("", text).page_date, None);
}

// ---- dateline

#[track_caller]
fn dateline(language: &Language, opening: &str, place: &str, date: &str, agency: &str) {
    let text = format!(
        "{opening} The council met on Monday, and nobody who was there would say why it had met at all."
    );
    let document = language.read("", &text);
    let found = document.dateline.clone().unwrap_or_default();
    let part = |r: &Range<u32>| document.slice(r.start, r.end);
    assert_eq!(
        (part(&found.place), part(&found.date), part(&found.agency)),
        (place, date, agency),
        "{opening}"
    );
    assert_eq!(part(&found.all), opening, "{opening}");
    let first = &document.sentences[0];
    assert_eq!(
        (first.zone, first.span.of(&document.text)),
        (Zone::Dateline, opening)
    );
    assert_eq!(document.sentences[1].zone, Zone::Body);
}

#[test]
fn datelines_of_many_agencies() {
    dateline(
        en(),
        "BRUSSELS, March 10 (Reuters) –",
        "BRUSSELS",
        "March 10",
        "Reuters",
    );
    dateline(
        en(),
        "LAGOS, March 14 (Wire) -",
        "LAGOS",
        "March 14",
        "Wire",
    );
    dateline(en(), "OSLO, Norway (AP) _", "OSLO, Norway", "", "AP");
    dateline(en(), "ALBANY, N.Y. (AP) --", "ALBANY, N.Y.", "", "AP");
    dateline(en(), "Hanoi (VNA) –", "Hanoi", "", "VNA");
    dateline(
        en(),
        "BEIJING/SHANGHAI, March 5 (Xinhua) --",
        "BEIJING/SHANGHAI",
        "March 5",
        "Xinhua",
    );
    dateline(en(), "WASHINGTON —", "WASHINGTON", "", "");
    dateline(en(), "Tromsø —", "Tromsø", "", "");
    dateline(en(), "TUNIS - 4 June 2021:", "TUNIS", "4 June 2021", "");
    dateline(en(), "KIEV. 2 April. UNN.", "KIEV", "2 April", "UNN");
    dateline(
        en(),
        "example News, 23 April -",
        "",
        "23 April",
        "example News",
    );
    dateline(en(), "(AFP) -", "", "", "AFP");
    dateline(en(), "New Delhi, Mar 5 (PTI)", "New Delhi", "Mar 5", "PTI");
    dateline(fr(), "PARIS (AFP) -", "PARIS", "", "AFP");
    dateline(
        fr(),
        "Paris, 5 mars 2024 (AFP) -",
        "Paris",
        "5 mars 2024",
        "AFP",
    );
    dateline(
        fr(),
        "Bruxelles, le 5 mars (Belga) —",
        "Bruxelles",
        "5 mars",
        "Belga",
    );
    dateline(fr(), "3 avril 2019 . –", "", "3 avril 2019", "");
    dateline(
        de(),
        "(Agence) Genf, 5. März 2024 –",
        "Genf",
        "5. März 2024",
        "Agence",
    );
    dateline(
        de(),
        "BERLIN, 5. März (Reuters) -",
        "BERLIN",
        "5. März",
        "Reuters",
    );
    dateline(
        de(),
        "Bern, 5.3. (Keystone-SDA)",
        "Bern",
        "5.3.",
        "Keystone-SDA",
    );
    dateline(es(), "Madrid, 5 mar (EFE).-", "Madrid", "5 mar", "EFE");
    dateline(
        es(),
        "VALPARAÍSO, 9 de noviembre de 2023 (Agencia) -",
        "VALPARAÍSO",
        "9 de noviembre de 2023",
        "Agencia",
    );
    dateline(
        ru(),
        "МОСКВА, 5 марта. /ТАСС/.",
        "МОСКВА",
        "5 марта",
        "ТАСС",
    );
    dateline(
        ru(),
        "МОСКВА, 5 мар - РИА Новости.",
        "МОСКВА",
        "5 мар",
        "РИА Новости",
    );
    dateline(
        ru(),
        "Москва. 5 марта. INTERFAX.RU -",
        "Москва",
        "5 марта",
        "INTERFAX.RU",
    );
    dateline(
        ru(),
        "АЛМАТЫ, 18 апреля 2024 года (Агентство) —",
        "АЛМАТЫ",
        "18 апреля 2024",
        "Агентство",
    );
    dateline(
        ar(),
        "الرباط، 12 مارس 2024 (وكالة) –",
        "الرباط",
        "12 مارس 2024",
        "وكالة",
    );
    dateline(zh(), "新华社北京3月5日电", "北京", "3月5日", "新华社");
    dateline(
        zh(),
        "本报华盛顿3月5日电（记者张三）",
        "华盛顿",
        "3月5日",
        "",
    );
    dateline(ja(), "【ワシントン共同】", "ワシントン", "", "共同");
    dateline(
        ko(),
        "(서울=연합뉴스) 홍길동 기자 =",
        "서울",
        "",
        "연합뉴스",
    );
}

#[test]
fn what_is_no_dateline() {
    for opening in [
        "The mayor (left) -",
        "Example Corp. (XMPL) -",
        "Harbour School (HAS) has won.",
        "Monday – and nobody knew why –",
        "20 May - 10 June",
        "Harbour Party (HP) candidate Ann Ray said so.",
        "By March 10 -",
    ] {
        let text = format!(
            "{opening} the council met on Monday, and nobody who was there would say why it had met."
        );
        assert_eq!(en().read("", &text).dateline, None, "{opening}");
    }
}

#[test]
fn a_date_and_place_alone_on_a_line() {
    let text = format!("Lettre ouverte aux habitants\n\nParis, le 5 mars 2024\n\n{PROSE}");
    let document = fr().read("", &text);
    let found = document.dateline.clone().unwrap_or_default();
    assert_eq!(document.slice(found.place.start, found.place.end), "Paris");
    assert_eq!(
        document.slice(found.date.start, found.date.end),
        "5 mars 2024"
    );
    assert_eq!(document.sentences[1].zone, Zone::Dateline);
}

// ---- any input

fn check(language: &Language, title: &str, text: &str) {
    let document = language.read(title, text);
    let count = document.tokens.len() as u32;
    let mut at = 0;
    let mut paragraph = 0;
    for sentence in &document.sentences {
        assert_eq!(sentence.first, at);
        assert!(sentence.end > sentence.first && sentence.paragraph >= paragraph);
        assert_eq!(sentence.span, document.span(sentence.first, sentence.end));
        (at, paragraph) = (sentence.end, sentence.paragraph);
    }
    assert_eq!(at, count);
    let mut ranges = vec![document.agency.clone()];
    ranges.extend(document.page_date.clone());
    if let Some(d) = &document.dateline {
        for part in [&d.place, &d.date, &d.agency] {
            assert!(
                part.is_empty() || d.all.start <= part.start && part.end <= d.all.end,
                "{text:?} {d:?}"
            );
        }
        ranges.extend([
            d.place.clone(),
            d.date.clone(),
            d.agency.clone(),
            d.all.clone(),
        ]);
    }
    for range in ranges {
        assert!(range.start <= range.end && range.end <= count, "{text:?}");
    }
    if let Some(title) = document.title {
        assert!(
            document
                .text
                .get(title.start as usize..title.end as usize)
                .is_some()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_text(title in "(\\PC{0,12})?", text in "(\\PC|\\n){0,120}") {
        for language in [en(), fr(), de(), zh(), root()] {
            check(language, &title, &text);
        }
    }

    /// Pieces of which datelines, credits and page text are made, in any order.
    #[test]
    fn any_order_of_pieces(
        pieces in prop::collection::vec(
            prop::sample::select(vec![
                "PARIS", "Paris", ",", "March 5", "5 mars 2024", "(AFP)", "(", ")", "/", "-", "–", " ", "\n", "\n\n", ".",
                "The end.", "With", "AFP", "By", "Published", "Share", "Related stories", ">>", "|", "…", "\"", "«", "»", "M.",
                "12", "5.3.", "=", "电", "3月5日", "新华社", "本报", "【", "】", "&", "'", "lower", "©", ":", "!", "?", "。",
            ]),
            0..40,
        ),
        spaced in any::<bool>(),
    ) {
        let text = pieces.join(if spaced { " " } else { "" });
        for language in [en(), fr(), de(), zh()] {
            check(language, "", &text);
            check(language, "PARIS", &text);
        }
    }
}
