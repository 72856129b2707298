//! Tables of the gazetteer that are made from GeoNames, CLDR and Faker, and its compiled form.

use anyhow::{Context, Result, bail};
use dateline_text::{Script, fold, script_of};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Codes of CLDR that are no countries: groups, test locales, islands without inhabitants' codes.
const NO_COUNTRIES: [&str; 14] = [
    "AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ",
];

/// Countries whose first-level regions are taken: all of Europe but those that count hundreds of
/// communes as regions, and the large countries of the world.
const REGION_COUNTRIES: &str = "AD AE AF AL AM AO AR AT AU BA BD BE BG BO BR BY CA CD CH CL CM CN CO CU CY CZ DE DK DZ EC \
    EE EG ES ET FI FR GB GE GH GR HR HU ID IE IL IN IQ IR IS IT JP KE KR KZ LT LU LY MA MD ME ML MM MX MY MZ NE NG NL NO \
    NP NZ PE PH PK PL PS PT RO RS RU SA SD SE SK SN SO SS SY TH TN TR TW TZ UA UG US UZ VE VN XK YE ZA ZM ZW";

/// Codes whose region has another code: given up by the standard, or a country code of its own.
const RETIRED_REGIONS: &str = "ES-LO FR-20R FR-75C FR-971 FR-972 FR-973 FR-974 FR-976 FR-GUA FR-LRE FR-MAY IT-SD NO-23 ZA-GT ZA-NL";

/// Countries whose regions are named in the news of other languages than English and French.
const NAMED_ABROAD: &str = "AR AT AU BE BG BR BY CA CH CN CO CZ DE DK EE EG ES FI FR GB GR HR HU ID IE IL IN IQ IR IT JP KR \
    KZ LT LV MD MX NL NO PL PS PT RO RS RU SE SI SK SY TH TR UA US VN ZA";

/// Languages in which the source has transliterations by machine: only the regions of their own countries are taken.
const TRANSLITERATED: &str = "bn gu hi kn ml mr pa si ta te th ur";
const OF_TRANSLITERATED: &str = "BD IN LK NP PK TH";

const CITY: u64 = 50_000;
/// Cities of this size have names in other scripts.
const KNOWN_ABROAD: u64 = 150_000;
/// A namesake of persons stays a strong name of a city above this.
const LARGE_CITY: u64 = 1_000_000;

/// Folder of the tables.
fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../gazetteer/data")
}

/// Compiles all tables into `gazetteer.bin`.
pub fn compile() -> Result<()> {
    let bytes = dateline_gazetteer::compile_tables(&dateline_gazetteer::read_tables(&data())?)?;
    let path = data().join("gazetteer.bin");
    std::fs::write(&path, &bytes)?;
    eprintln!("{}: {} bytes", path.display(), bytes.len());
    Ok(())
}

/// Makes the generated tables anew from a folder of sources and a folder of CLDR facts.
pub fn generate(source: &Path, cldr: &Path) -> Result<()> {
    let ambiguous = Ambiguous::read()?;
    let given = names(source, &["given", "given_f", "given_m"])?;
    let surnames = names(source, &["surname", "surname_female", "surname_male"])?;
    let persons: BTreeSet<String> = given
        .keys()
        .chain(surnames.keys())
        .map(|n| fold(n))
        .collect();
    let cities = read_cities(source)?;

    write(
        "given_names.tsv",
        "Faker (MIT)",
        name_rows("given", &given, &ambiguous),
    )?;
    write(
        "surnames.tsv",
        "Faker (MIT)",
        name_rows("surname", &surnames, &ambiguous),
    )?;
    let languages = languages(cldr)?;
    write(
        "cldr_territories.tsv",
        "CLDR (Unicode-3.0)",
        territories(cldr, &languages)?,
    )?;
    write(
        "cldr_regions.tsv",
        "CLDR (Unicode-3.0)",
        regions(source, &languages, &persons, &ambiguous)?,
    )?;
    let (zone_cities, rows) = zone_cities(cldr, &languages, &cities, &persons, &ambiguous)?;
    write(
        "cldr_cities.tsv",
        "CLDR (Unicode-3.0) and GeoNames (CC-BY 4.0)",
        rows,
    )?;
    // Small towns that the table of their names in other languages holds.
    let named = std::fs::read_to_string(data().join("city_names.tsv")).context("city_names.tsv")?;
    let named = named
        .lines()
        .filter_map(|l| l.split('\t').next()?.strip_prefix("gn:"));
    let wanted: BTreeSet<&str> = zone_cities.iter().copied().chain(named).collect();
    let rows = city_rows(&cities, &wanted, &persons, &ambiguous);
    write("cities.tsv", "GeoNames (CC-BY 4.0)", rows)
}

/// Languages that have both a pack and facts in CLDR; not their regions, but both scripts of Chinese and Serbian.
fn languages(cldr: &Path) -> Result<BTreeSet<String>> {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../languages/data");
    let mut tags = BTreeSet::new();
    for folder in std::fs::read_dir(&packs).with_context(|| packs.display().to_string())? {
        let tag = folder?.file_name().to_string_lossy().into_owned();
        let region = tag.rsplit('-').next().is_some_and(|part| {
            part.len() != 4 && part != tag || part.bytes().all(|b| b.is_ascii_digit())
        });
        if !region && cldr.join(format!("{tag}.json")).is_file() {
            tags.insert(tag);
        }
    }
    Ok(tags)
}

fn write(file: &str, from: &str, rows: BTreeSet<String>) -> Result<()> {
    let mut text =
        format!("# Made by `cargo run -p xtask -- gazetteer` from {from}; edits here are lost.\n");
    for row in &rows {
        text.push_str(row.trim_end_matches('\t'));
        text.push('\n');
    }
    eprintln!("{file}: {} rows", rows.len());
    std::fs::write(data().join(file), text).with_context(|| file.to_owned())
}

fn gunzip(path: &Path) -> Result<String> {
    let file = std::fs::File::open(path).with_context(|| path.display().to_string())?;
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text)?;
    Ok(text)
}

fn json(path: &Path) -> Result<serde_json::Value> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(serde_json::from_str(&text)?)
}

/// The reviewed list of names that are also words or persons (`w`), or are not for all that (`-`),
/// or are too common a word to speak for a person (`n`).
struct Ambiguous(BTreeMap<String, String>);

impl Ambiguous {
    fn read() -> Result<Self> {
        let file = "ambiguous.txt";
        let text = std::fs::read_to_string(data().join(file)).context(file)?;
        let mut names = BTreeMap::new();
        for line in text
            .lines()
            .filter(|l| !l.starts_with('#') && !l.is_empty())
        {
            let Some((mark, name)) = line.split_once(' ') else {
                bail!("{file}: «{line}»")
            };
            names
                .entry(fold(name))
                .or_insert_with(String::new)
                .push_str(mark);
        }
        Ok(Self(names))
    }

    fn is(&self, folded: &str, mark: char) -> bool {
        self.0.get(folded).is_some_and(|m| m.contains(mark))
    }

    /// The flag of a place, given whether it is large enough to bear a namesake.
    fn place(&self, name: &str, persons: &BTreeSet<String>, large: bool) -> &'static str {
        let folded = fold(name);
        let firm = large || self.is(&folded, '-');
        if self.is(&folded, 'w') || !firm && persons.contains(&folded) {
            "w"
        } else {
            ""
        }
    }
}

/// Name → languages.
type Names = BTreeMap<String, BTreeSet<String>>;

fn names(source: &Path, kinds: &[&str]) -> Result<Names> {
    let file = source.join("names_faker.tsv");
    let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let mut names = Names::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[locale, kind, _, list] = fields.as_slice() else {
            bail!("names: «{line}»")
        };
        if !kinds.contains(&kind) {
            continue;
        }
        let language = locale.split('_').next().unwrap_or(locale);
        for name in list.split('|').map(str::trim) {
            let unspaced = name
                .chars()
                .all(|c| !c.is_lowercase() && !c.is_uppercase() && c as u32 > 0x2E00);
            let clean = name
                .chars()
                .all(|c| c.is_alphabetic() || is_combining_mark(c) || " -'’\u{200c}".contains(c));
            if clean && (unspaced || name.chars().count() > 2) {
                names
                    .entry(name.nfc().collect())
                    .or_default()
                    .insert(language.into());
            }
        }
    }
    Ok(names)
}

fn name_rows(kind: &str, names: &Names, ambiguous: &Ambiguous) -> BTreeSet<String> {
    names
        .iter()
        .filter(|(name, _)| !ambiguous.is(&fold(name), 'n'))
        .map(|(name, languages)| {
            let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
            let weak = if ambiguous.is(&fold(name), 'w') {
                "w"
            } else {
                ""
            };
            format!("\t{kind}\t{}\t{name}\t{weak}", languages.join(" "))
        })
        .collect()
}

/// Capitals only, two or more.
fn is_acronym(name: &str) -> bool {
    let letters = || name.chars().filter(|c| c.is_alphabetic());
    letters().count() >= 2 && letters().all(char::is_uppercase)
}

/// Rows of names that several languages share.
fn shared_rows(
    names: BTreeMap<(String, &'static str, String), (BTreeSet<String>, &'static str)>,
) -> BTreeSet<String> {
    names
        .into_iter()
        .map(|((id, kind, name), (languages, flags))| {
            let languages: Vec<&str> = languages.iter().map(String::as_str).collect();
            let acronym = if is_acronym(&name) { "a" } else { "" };
            format!(
                "{id}\t{kind}\t{}\t{name}\t{acronym}{flags}",
                languages.join(" ")
            )
        })
        .collect()
}

fn territories(cldr: &Path, languages: &BTreeSet<String>) -> Result<BTreeSet<String>> {
    // Which areas of the world have an entity is said by the table of areas.
    let areas = std::fs::read_to_string(data().join("areas.tsv")).context("areas.tsv")?;
    let mut codes: BTreeMap<String, String> = BTreeMap::new();
    for line in areas.lines() {
        if let Some((_, code)) = line.split_once("m49=") {
            let id = line.split('\t').next().unwrap_or_default();
            codes.insert(code.split(' ').next().unwrap_or(code).into(), id.into());
        }
    }
    let mut names: BTreeMap<(String, &'static str, String), (BTreeSet<String>, &'static str)> =
        BTreeMap::new();
    for language in languages {
        let facts = json(&cldr.join(format!("{language}.json")))?;
        let Some(map) = facts["territories"].as_object() else {
            bail!("{language}: no territories")
        };
        for (key, name) in map {
            let code = key.split('-').next().unwrap_or(key);
            let (id, kind) = match codes.get(code) {
                Some(id) => (id.clone(), "loc.area"),
                None if code.len() == 2 && !NO_COUNTRIES.contains(&code) => {
                    (format!("iso:{code}"), "loc.country")
                }
                None => continue,
            };
            let name = name.as_str().unwrap_or_default();
            // «Congo (RDC)», «Myanmar (Birma)», «Congo - Kinshasa»: forms of lists, not of prose.
            if name.contains(['(', '（', '[', '/', '–']) || name.contains(" - ") || name.is_empty()
            {
                continue;
            }
            names
                .entry((id, kind, name.nfc().collect()))
                .or_default()
                .0
                .insert(language.clone());
        }
    }
    Ok(shared_rows(names))
}

fn regions(
    source: &Path,
    languages: &BTreeSet<String>,
    persons: &BTreeSet<String>,
    ambiguous: &Ambiguous,
) -> Result<BTreeSet<String>> {
    let text = gunzip(&source.join("regions_cldr41_subdivisions.tsv.gz"))?;
    let wanted: BTreeSet<&str> = REGION_COUNTRIES.split_whitespace().collect();
    let retired: BTreeSet<&str> = RETIRED_REGIONS.split(' ').collect();
    let mut names: BTreeMap<&str, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let &[code, language, _, name] = fields.as_slice() else {
            bail!("regions: «{line}»")
        };
        // The source leaves the marks of footnotes on some names.
        let name = name.trim_end_matches(['¹', '²', '³']);
        let Some((country, part)) = code.split_once('-') else {
            continue;
        };
        // Parts that have a country code themselves (US-PR, FR-RE, CN-HK) are countries here.
        let own_code = part.len() == 2
            && part.bytes().all(|b| b.is_ascii_uppercase())
            && is_territory(country, part);
        if !wanted.contains(country)
            || retired.contains(code)
            || own_code
            || part.is_empty()
            || name.chars().count() < 2
            || listed(name)
        {
            continue;
        }
        let language = match language {
            "no" => "nb",
            "sr_Latn" => "sr-Latn",
            other => other,
        };
        let wanted = match language {
            "en" | "fr" => true,
            _ if has(TRANSLITERATED, language) => has(OF_TRANSLITERATED, country),
            _ => has(NAMED_ABROAD, country),
        };
        if wanted && languages.contains(language) {
            names
                .entry(code)
                .or_default()
                .entry(name)
                .or_default()
                .insert(language);
        }
    }
    let mut rows = BTreeSet::new();
    for (code, forms) in names {
        let english = forms
            .iter()
            .find(|(_, l)| l.contains("en"))
            .or_else(|| forms.iter().next());
        let label = english.map(|(name, _)| *name);
        for (name, languages) in &forms {
            let languages: Vec<&str> = languages.iter().copied().collect();
            let flags = if label == Some(name) { "l" } else { "" };
            let weak = ambiguous.place(name, persons, false);
            rows.insert(format!(
                "iso:{code}\tloc.region\t{}\t{name}\t{flags}{weak}",
                languages.join(" ")
            ));
        }
    }
    Ok(rows)
}

/// Whether a list of codes has this one.
fn has(list: &str, code: &str) -> bool {
    list.split_whitespace().any(|c| c == code)
}

/// Whether a region of a country has a country code of its own.
fn is_territory(country: &str, part: &str) -> bool {
    match country {
        "US" => ["AS", "GU", "MP", "PR", "UM", "VI"].contains(&part),
        "FR" => [
            "BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT", "CP",
        ]
        .contains(&part),
        "NL" => ["AW", "CW", "SX"].contains(&part),
        "CN" => ["HK", "MO", "TW"].contains(&part),
        _ => false,
    }
}

struct City<'t> {
    id: &'t str,
    name: &'t str,
    country: &'t str,
    population: u64,
    zone: &'t str,
    alternates: Vec<&'t str>,
}

fn read_cities(source: &Path) -> Result<Vec<City<'static>>> {
    // The text outlives the program's one run; leaking it spares a self-referential struct.
    let text: &'static str = gunzip(&source.join("cities_geonames15000.tsv.gz"))?.leak();
    let mut cities = Vec::new();
    for line in text.lines().skip(1) {
        let fields: Vec<&str> = line.split('\t').collect();
        let Some(&[id, name, country, _, _, _, population, zone, _, alternates]) =
            fields.first_chunk()
        else {
            bail!("cities: «{line}»")
        };
        let population = population.parse()?;
        cities.push(City {
            id,
            name,
            country,
            population,
            zone,
            alternates: alternates.split('|').collect(),
        });
    }
    cities.sort_by_key(|c| (std::cmp::Reverse(c.population), c.id));
    Ok(cities)
}

/// GeoNames ids of the cities that name a time zone (all capitals but a few are among them), and
/// the rows of their names in all languages.
fn zone_cities(
    cldr: &Path,
    languages: &BTreeSet<String>,
    cities: &[City<'static>],
    persons: &BTreeSet<String>,
    ambiguous: &Ambiguous,
) -> Result<(BTreeSet<&'static str>, BTreeSet<String>)> {
    let mut by_language = BTreeMap::new();
    for language in languages {
        let mut facts = json(&cldr.join(format!("{language}.json")))?;
        let serde_json::Value::Object(map) = facts["exemplar_cities"].take() else {
            bail!("{language}: no cities")
        };
        by_language.insert(language, map);
    }
    // English has only the names that the zone's own id does not say.
    let zones: BTreeSet<&String> = by_language.values().flat_map(|m| m.keys()).collect();
    let english_names = by_language.get(&"en".to_owned());
    let mut ids: BTreeMap<&str, &City> = BTreeMap::new();
    for zone in zones {
        let last = zone.rsplit('/').next().unwrap_or(zone).replace('_', " ");
        let english = english_names
            .and_then(|names| names.get(zone))
            .and_then(|n| n.as_str())
            .unwrap_or(&last);
        let wanted = [plain(&fold(&last)), plain(&fold(english))];
        let found = cities
            .iter()
            .filter(|c| c.zone == *zone)
            .find(|c| wanted.contains(&plain(&fold(c.name))))
            .or_else(|| {
                let mut in_zone = cities.iter().filter(|c| c.zone == *zone);
                in_zone.find(|c| {
                    c.alternates
                        .iter()
                        .any(|a| wanted.contains(&plain(&fold(a))))
                })
            });
        if let Some(city) = found {
            ids.insert(zone, city);
        }
    }
    let mut names: BTreeMap<(String, &'static str, String), (BTreeSet<String>, &'static str)> =
        BTreeMap::new();
    for (language, map) in &by_language {
        for (zone, name) in map {
            let (Some(city), Some(name)) = (ids.get(zone.as_str()), name.as_str()) else {
                continue;
            };
            if name.contains(['(', '[', ',']) {
                continue;
            }
            let weak = ambiguous.place(name, persons, true);
            let entry = names
                .entry((format!("gn:{}", city.id), "loc.city", name.nfc().collect()))
                .or_default();
            entry.0.insert((*language).clone());
            entry.1 = weak;
        }
    }
    Ok((ids.values().map(|c| c.id).collect(), shared_rows(names)))
}

/// Without marks on the letters, as news in English often has it.
fn plain(name: &str) -> String {
    let mut out = String::new();
    for c in name.nfd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ø' => out.push('o'),
            'Ø' => out.push('O'),
            'ł' => out.push('l'),
            'Ł' => out.push('L'),
            'đ' => out.push('d'),
            'Đ' => out.push('D'),
            'ı' => out.push('i'),
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ə' => out.push('a'),
            'ʻ' | '‘' | '’' => out.push('\''),
            c => out.push(c),
        }
    }
    out
}

/// «Paris 13e Arrondissement», «Halle (Saale)», «Gasteiz / Vitoria»: forms of lists, not of prose.
fn listed(name: &str) -> bool {
    name.contains(|c: char| c.is_ascii_digit() || "(/,".contains(c))
}

fn city_rows(
    cities: &[City],
    wanted: &BTreeSet<&str>,
    persons: &BTreeSet<String>,
    ambiguous: &Ambiguous,
) -> BTreeSet<String> {
    let mut rows = BTreeSet::new();
    for city in cities
        .iter()
        .filter(|c| c.population >= CITY && !listed(c.name) || wanted.contains(c.id))
    {
        // Names in the hand-made table are weak only where that table says so.
        let large = city.population >= LARGE_CITY || wanted.contains(city.id);
        let name: String = city.name.nfc().collect();
        let weak = ambiguous.place(&name, persons, large);
        let facts = format!("in={} pop={}", city.country, city.population);
        rows.insert(format!(
            "gn:{}\tloc.city\t\t{name}\tl{weak}\t{facts}",
            city.id
        ));
        let bare = plain(&name);
        if bare != name {
            let weak = ambiguous.place(&bare, persons, large);
            rows.insert(format!("gn:{}\tloc.city\t\t{bare}\t{weak}", city.id));
        }
        // Small towns are named in the script of their own country, if at all.
        let known = city.population >= KNOWN_ABROAD || wanted.contains(city.id);
        let forms = city
            .alternates
            .iter()
            .filter(|a| known && is_other_script(a));
        for form in forms {
            let form: String = form.trim().nfc().collect();
            let weak = ambiguous.place(&form, persons, large);
            rows.insert(format!("gn:{}\tloc.city\t\t{form}\t{weak}", city.id));
        }
    }
    rows
}

/// Whether a name can stand in prose of a script other than Latin. The source does not tell the languages of its
/// names: among those in Latin letters are too many that no paper prints.
fn is_other_script(name: &str) -> bool {
    let letters: Vec<Script> = name
        .chars()
        .filter(|c| c.is_alphabetic())
        .map(script_of)
        .collect();
    let Some(&script) = letters.first() else {
        return false;
    };
    let shortest = match script {
        Script::Han | Script::Kana | Script::Hangul => 2,
        Script::Greek
        | Script::Cyrillic
        | Script::Armenian
        | Script::Hebrew
        | Script::Arabic
        | Script::Devanagari
        | Script::Bengali
        | Script::Thai
        | Script::Georgian
        | Script::Ethiopic => 4,
        _ => return false,
    };
    let of_names =
        |c: char| c.is_alphabetic() || is_combining_mark(c) || " -'’\u{200c}".contains(c);
    letters.len() >= shortest && name.chars().all(of_names) && letters.iter().all(|s| *s == script)
}
