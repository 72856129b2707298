//! Sentences of many languages, texts of none, hints.

use dateline_detect::{Detector, Guess, Method};
use dateline_languages::embedded;
use dateline_text::{Token, tokenize};
use proptest::prelude::*;
use std::sync::LazyLock;

static DETECTOR: LazyLock<Detector> = LazyLock::new(|| Detector::new(embedded()));

fn cut(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    tokenize(text, &mut tokens);
    tokens
}

fn detect(text: &str) -> Guess {
    DETECTOR.detect(text, &cut(text))
}

#[test]
fn sentences() {
    for (language, text) in [
        (
            "en",
            "The minister said that she would not resign before the end of the year.",
        ),
        (
            "fr",
            "Le ministre a déclaré qu’il ne démissionnerait pas avant la fin de l’année.",
        ),
        (
            "es",
            "El ministro dijo que no dejaría su cargo antes de que termine el año.",
        ),
        (
            "pt",
            "O ministro disse que não deixará o cargo antes do fim do ano.",
        ),
        (
            "gl",
            "O ministro dixo que non deixará o seu cargo ata que remate o ano, pero a xente xa non cre nel.",
        ),
        (
            "ca",
            "El ministre ha dit que no deixarà el càrrec abans que s’acabi l’any.",
        ),
        (
            "it",
            "Il ministro ha detto che non lascerà l’incarico prima della fine dell’anno.",
        ),
        (
            "ro",
            "Ministrul a spus că nu va demisiona înainte de sfârșitul anului.",
        ),
        (
            "de",
            "Die Ministerin sagte, sie werde vor dem Ende des Jahres nicht zurücktreten.",
        ),
        (
            "nl",
            "De minister zei dat zij niet voor het einde van het jaar zal aftreden.",
        ),
        (
            "af",
            "Die minister het gesê dat sy nie voor die einde van die jaar sal bedank nie.",
        ),
        (
            "lb",
            "De Minister huet gesot, datt hien net virum Enn vum Joer demissionéiere géif.",
        ),
        (
            "sv",
            "Ministern sade att hon inte kommer att avgå före årets slut.",
        ),
        (
            "da",
            "Ministeren sagde, at hun ikke går af, før året er slut, og at der også er andre veje.",
        ),
        (
            "nb",
            "Statsråden sa at hun ikke går av før året er over, og at det også finnes andre veier.",
        ),
        (
            "nn",
            "Statsråden sa at ho ikkje går av før året er over, og at det òg finst andre vegar.",
        ),
        (
            "is",
            "Ráðherrann sagði að hún myndi ekki segja af sér fyrir lok ársins.",
        ),
        (
            "fo",
            "Landsstýrismaðurin segði, at hann ikki fer frá, áðrenn árið er liðugt.",
        ),
        (
            "fi",
            "Ministeri sanoi, ettei hän aio erota ennen vuoden loppua.",
        ),
        (
            "et",
            "Minister ütles, et ta ei kavatse enne aasta lõppu tagasi astuda.",
        ),
        (
            "lv",
            "Ministre sacīja, ka viņa neatkāpsies no amata pirms gada beigām.",
        ),
        (
            "lt",
            "Ministrė sakė, kad ji neatsistatydins iki metų pabaigos.",
        ),
        (
            "pl",
            "Minister powiedział, że nie poda się do dymisji przed końcem roku.",
        ),
        (
            "cs",
            "Ministr řekl, že před koncem roku neodstoupí a že nic jiného neplánuje.",
        ),
        (
            "sk",
            "Minister povedal, že pred koncom roka neodstúpi a že nič iné neplánuje.",
        ),
        (
            "sl",
            "Minister je dejal, da pred koncem leta ne bo odstopil.",
        ),
        (
            "hr",
            "Ministar je rekao da neće odstupiti prije kraja godine, ali da će tko drugi možda htjeti.",
        ),
        (
            "hu",
            "A miniszter azt mondta, hogy az év vége előtt nem mond le.",
        ),
        (
            "sq",
            "Ministri tha se nuk do të japë dorëheqjen para fundit të vitit.",
        ),
        (
            "el",
            "Ο υπουργός είπε ότι δεν θα παραιτηθεί πριν από το τέλος του έτους.",
        ),
        (
            "ru",
            "Министр заявил, что не уйдёт в отставку до конца года.",
        ),
        (
            "uk",
            "Міністр заявив, що не піде у відставку до кінця року.",
        ),
        (
            "be",
            "Міністр заявіў, што не пойдзе ў адстаўку да канца года.",
        ),
        (
            "bg",
            "Министърът каза, че няма да подаде оставка преди края на годината.",
        ),
        (
            "mk",
            "Министерот изјави дека нема да поднесе оставка пред крајот на годината.",
        ),
        (
            "sr",
            "Министар је рекао да неће поднети оставку пре краја године.",
        ),
        (
            "kk",
            "Министр жыл соңына дейін қызметінен кетпейтінін және бұл туралы шешім болмағанын айтты.",
        ),
        (
            "tr",
            "Bakan, yıl sonundan önce istifa etmeyeceğini söyledi.",
        ),
        (
            "az",
            "Nazir bildirib ki, ilin sonuna qədər istefa verməyəcək.",
        ),
        (
            "uz",
            "Vazir yil oxirigacha iste’foga chiqmasligini va bu haqida qaror yoʻqligini aytdi.",
        ),
        ("ar", "قال الوزير إنه لن يستقيل قبل نهاية العام."),
        ("fa", "وزیر گفت که تا پایان سال استعفا نخواهد داد."),
        ("ur", "وزیر نے کہا کہ وہ سال کے آخر تک استعفیٰ نہیں دیں گے۔"),
        ("he", "השר אמר כי לא יתפטר לפני סוף השנה."),
        ("hi", "मंत्री ने कहा कि वे साल के अंत से पहले इस्तीफ़ा नहीं देंगे।"),
        (
            "mr",
            "मंत्र्यांनी सांगितले की ते वर्षाच्या शेवटी राजीनामा देणार नाहीत.",
        ),
        ("ne", "मन्त्रीले वर्षको अन्त्यसम्म राजीनामा नदिने बताएका छन्।"),
        ("bn", "মন্ত্রী বলেছেন যে তিনি বছরের শেষের আগে পদত্যাগ করবেন না।"),
        ("ta", "ஆண்டு முடியும் முன் பதவி விலக மாட்டேன் என்று அமைச்சர் கூறினார்."),
        ("th", "รัฐมนตรีกล่าวว่าเขาจะไม่ลาออกก่อนสิ้นปี"),
        ("zh", "部长表示，他不会在年底之前辞职。"),
        ("ja", "大臣は年末までに辞任しないと述べた。"),
        ("ko", "장관은 연말 이전에 사임하지 않겠다고 말했다."),
        (
            "vi",
            "Bộ trưởng nói rằng ông sẽ không từ chức trước cuối năm.",
        ),
        (
            "id",
            "Menteri itu mengatakan bahwa ia tidak akan mundur karena masalah tersebut.",
        ),
        (
            "ms",
            "Menteri itu berkata beliau tidak akan meletak jawatan kerana perkara berkenaan.",
        ),
        (
            "tl",
            "Sinabi ng ministro na hindi siya magbibitiw bago matapos ang taon.",
        ),
        (
            "sw",
            "Waziri huyo alisema kwamba hatajiuzulu kabla ya mwisho wa mwaka.",
        ),
        (
            "zu",
            "UNgqongqoshe uthe ngeke esule ngaphambi kokuphela konyaka ngoba akekho omunye.",
        ),
        (
            "yo",
            "Mínísítà náà sọ pé òun kò ní fi ipò sílẹ̀ kí ọdún tó parí.",
        ),
        (
            "ha",
            "Ministan ya ce ba zai yi murabus ba kafin ƙarshen shekara.",
        ),
        (
            "so",
            "Wasiirku wuxuu sheegay in uusan is casili doonin ka hor dhammaadka sanadka.",
        ),
        ("am", "ሚኒስትሩ ከዓመቱ መጨረሻ በፊት ሥራቸውን እንደማይለቁ ተናግረዋል።"),
        ("ti", "እቲ ሚኒስተር ቅድሚ መወዳእታ እዚ ዓመት ካብ ስልጣኑ ከምዘይወርድ ሓቢሩ።"),
        (
            "cy",
            "Dywedodd y gweinidog na fyddai hi’n ymddiswyddo cyn diwedd y flwyddyn.",
        ),
        (
            "ga",
            "Dúirt an tAire nach n-éireodh sí as roimh dheireadh na bliana.",
        ),
        (
            "eu",
            "Ministroak esan du ez duela kargua utziko urtea amaitu baino lehen.",
        ),
        (
            "mt",
            "Il-ministru qal li mhux se jirriżenja qabel l-aħħar tas-sena.",
        ),
        (
            "eo",
            "La ministro diris, ke ŝi ne demisios antaŭ la fino de la jaro.",
        ),
    ] {
        assert_eq!(detect(text).language, language, "{text}");
    }
}

#[test]
fn what_is_in_no_language() {
    for text in [
        "",
        "1989 2,7 % (14:30) – 45 000 €",
        "Ängström Kowalczyk Nguyen Bogdanovich Tremblay",
        "xkq zzvw brrpt qqth wvvx kzzt",
        "ᚠᚢᚦᚨᚱᚲ",
    ] {
        let guess = detect(text);
        assert_eq!(
            (guess.language, guess.method),
            ("und", Method::None),
            "{text} {guess:?}"
        );
        assert_eq!(guess.confidence, 0.0);
    }
}

/// Breton, which no folder holds: long enough for its own words to be missed.
#[test]
fn an_unknown_language_is_no_neighbour() {
    let text = "Lavaret en deus ar maodiern ne zilezo ket e garg a-raok dibenn ar bloaz. \
        Hervez ar c’hazetennoù ez eus bet kalz a dud o c’houlenn digantañ mont kuit, met ne fell \
        ket dezhañ ober se. Emgavet e oa bet gant izili e strollad dec’h da noz, ha kaozeet o doa \
        e-pad pell diwar-benn ar pezh a oa c’hoarvezet er miz tremenet.";
    let guess = detect(text);
    assert_eq!(guess.language, "und", "{guess:?}");
}

#[test]
fn hints() {
    let of = |text: &str, hint| DETECTOR.detect_with_hint(text, &cut(text), Some(hint));
    for (hint, tag) in [
        ("eng", "en"),
        ("en-US", "en"),
        ("EN_us", "en"),
        ("English", "en"),
        ("en_US.UTF-8", "en"),
        ("iw", "he"),
        ("no", "nb"),
        ("zh-Hant-TW", "zh"),
        ("ger", "de"),
        ("Farsi", "fa"),
        ("fr", "fr"),
    ] {
        assert_eq!(DETECTOR.resolve(hint), Some(tag), "{hint}");
    }
    for hint in ["", "xx", "unknown", "root", "-", "english language"] {
        assert_eq!(DETECTOR.resolve(hint), None, "{hint}");
    }
    // Possible: Latin letters can be Danish; wins even over the words.
    let norwegian = "Statsråden sa at hun ikke går av.";
    assert_eq!(
        of(norwegian, "dan"),
        Guess {
            language: "da",
            confidence: 1.0,
            method: Method::Hint
        }
    );
    // Impossible for the script: ignored.
    assert_eq!(
        of("Министр заявил, что не уйдёт в отставку.", "en").language,
        "ru"
    );
    assert_eq!(
        of("Министр заявил, что не уйдёт в отставку.", "klingon").language,
        "ru"
    );
    // The variant in the script seen.
    assert_eq!(
        of("Ministar je rekao da neće podneti ostavku.", "sr").language,
        "sr-Latn"
    );
    assert_eq!(
        of("部長表示，他不會在年底之前辭職。", "zh-TW").language,
        "zh"
    );
    // Nothing speaks against it.
    assert_eq!(of("1989", "pl").language, "pl");
}

/// The first kilobyte hesitates; what follows decides.
#[test]
fn reads_on_while_undecided() {
    let text = format!(
        "{} {}",
        "Kowalczyk ".repeat(110),
        "powiedział, że nie ma o tym mowy, ale jest inaczej. ".repeat(5)
    );
    assert_eq!(detect(&text).language, "pl");
}

proptest! {
    #[test]
    fn never_panics_and_is_deterministic(text in "\\PC{0,200}|[a-zà-ÿА-я月火ก-๙أ-ي .,’-]{0,200}", hint in "\\PC{0,12}") {
        let tokens = cut(&text);
        let once = DETECTOR.detect_with_hint(&text, &tokens, Some(&hint));
        prop_assert_eq!(once, DETECTOR.detect_with_hint(&text, &tokens, Some(&hint)));
        prop_assert!((0.0..=1.0).contains(&once.confidence));
        prop_assert_eq!(once.language == "und", once.method == Method::None);
    }
}
