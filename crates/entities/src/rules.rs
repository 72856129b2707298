//! The evidence that decides what a name is: one vote each, with its weight.

use dateline_model::NameType;

macro_rules! rules {
    ($($name:ident: $id:literal, $votes:expr, $doc:literal;)*) => {
        /// A piece of evidence.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Rule { $(#[doc = $doc] $name,)* }

        /// Every rule with what it says, for the list of rules.
        pub const RULES: &[(&str, &str)] = &[$(($id, $doc),)*];

        /// For each rule the weights of its votes for person, organization, place, other.
        const VOTES: &[Votes] = &[$($votes,)*];

    };
}

/// Votes for person, organization, place and other, in this order.
pub(crate) type Votes = [f32; 4];

rules! {
    ListPerson: "name.list.person", [4.0, 0.0, 0.0, 0.0], "The gazetteer knows a person of this name.";
    ListOrganization: "name.list.organization", [0.0, 4.0, 0.0, 0.0], "The gazetteer knows an organization of this name.";
    ListPlace: "name.list.place", [0.0, 0.0, 3.0, 0.0], "The gazetteer knows a place of this name.";
    ListCountry: "name.list.country", [0.0, 0.0, 4.0, 0.0], "The gazetteer knows a country of this name.";
    ListOther: "name.list.other", [0.0, 0.0, 0.0, 4.0], "The gazetteer knows an event, a work or a people of this name.";
    WeakPerson: "name.list-weak.person", [1.0, 0.0, 0.0, 0.0], "A person in the gazetteer whose name is also another word.";
    WeakOrganization: "name.list-weak.organization", [0.0, 1.5, 0.0, 0.0], "An organization in the gazetteer whose name is also another word.";
    WeakPlace: "name.list-weak.place", [0.0, 0.0, 0.8, 0.0], "A place in the gazetteer whose name is also another word.";
    LargePlace: "name.list-large.place", [0.0, 0.0, 2.0, 0.0], "A large place in the gazetteer whose name is also another word.";
    SmallPlace: "name.list-small.place", [0.0, 0.0, 2.2, 0.0], "The gazetteer knows a small town of this name.";
    Honorific: "name.title.honorific", [4.0, 0.0, 0.0, 0.0], "A word of respect stands before the name.";
    Title: "name.title.person", [3.0, 0.0, 0.0, 0.0], "An office stands before the name.";
    Job: "name.title.profession", [2.0, 0.0, -0.5, 0.0], "A profession stands before the name.";
    Kin: "name.title.kin", [1.6, 0.0, 0.0, 0.0], "A word of kinship stands before the name.";
    Apposition: "name.apposition.person", [1.8, 0.0, 0.0, 0.0], "An office, a profession or an age follows after a comma.";
    AppositionBefore: "name.apposition-before.person", [1.4, 0.0, 0.0, 0.0], "An office or a profession stands before, with a comma.";
    Given: "name.given-name", [1.8, 0.0, 0.0, 0.0], "The name begins with a given name.";
    Foreign: "name.transliterated", [1.4, 0.0, 0.3, 0.0], "Letters that write foreign names.";
    GivenAlone: "name.given-name-alone", [0.9, 0.0, 0.0, 0.0], "A given name stands alone.";
    Surname: "name.surname-list", [0.8, 0.0, 0.0, 0.0], "The last word is a frequent surname.";
    SurnameAlone: "name.surname-alone", [1.2, 0.0, 0.0, 0.0], "A surname stands alone between marks and small words.";
    Initials: "name.initials", [2.0, 0.0, 0.0, 0.0], "Initials stand before the last word.";
    Particle: "name.particle", [0.6, 0.0, 0.0, 0.0], "A small word of persons' names stands inside.";
    SpeechAfter: "name.speech-verb", [1.0, 0.1, 0.0, 0.0], "A verb that wants a person follows.";
    SpeechBefore: "name.after-speech-verb", [1.0, 0.1, 0.0, 0.0], "A verb that wants a person stands before.";
    SurnameOf: "name.surname-of", [2.6, 0.0, 0.0, 0.0], "Part of a person's full name that stands in the article.";
    OrgHead: "name.org-head", [0.0, 3.2, 0.0, 0.0], "A word such as a ministry, with what it is the ministry of.";
    BareHead: "name.org-head-alone", [0.0, 1.2, 0.0, 0.0], "A word such as a parliament, with a capital and without an article.";
    OrgTail: "name.org-tail", [0.0, 3.2, 0.0, 0.0], "The last word is one that ends names of organizations.";
    OrgSuffix: "name.org-suffix", [0.0, 5.0, 0.0, 0.0], "A legal form ends the name.";
    OrgBefore: "name.org-noun", [0.0, 1.4, 0.0, 0.0], "A word such as a company stands before the name.";
    OrgAfter: "name.org-staff", [0.0, 1.2, 0.0, 0.0], "A word such as a spokesperson, or shares, follows the name.";
    PlaceFirst: "name.place-first", [0.0, 0.7, 0.3, 0.0], "A place and further words with capitals.";
    Acronym: "name.acronym", [0.0, 1.6, 0.0, 0.2], "Capitals only.";
    AcronymOf: "name.acronym-of", [0.0, 0.0, 0.0, 0.0], "Initials of a longer name that stands in the article.";
    HeadOf: "name.head-of", [0.0, 2.2, 0.0, 0.0], "Part of an organization's full name that stands in the article.";
    MixedCase: "name.mixed-case", [0.0, 0.7, 0.0, 0.2], "A capital stands inside the word.";
    PlaceHead: "name.place-head", [0.0, 0.0, 3.2, 0.0], "A word such as a mount or a street, with its name.";
    PlaceTail: "name.place-tail", [0.0, 0.0, 2.8, 0.0], "The last word is one that ends names of places.";
    PlaceBefore: "name.place-noun", [0.0, 0.0, 1.5, 0.0], "A word such as a city stands before the name.";
    PlaceAfter: "name.place-noun-after", [0.0, 0.0, 1.4, 0.0], "A word such as a province follows the name.";
    PlacePreposition: "name.place-preposition", [0.0, 0.1, 1.0, 0.0], "A preposition of place stands before the name.";
    PlaceHyphen: "name.based", [0.0, 0.0, 2.0, 0.0], "A word after a hyphen wants a place.";
    PlaceIn: "name.place-in", [0.0, 0.0, 1.5, 0.0], "A larger place follows after a comma or in brackets.";
    CountryAfter: "name.country-after", [1.2, 0.0, 0.0, 0.0], "Several words, and a country in brackets.";
    Score: "name.score", [-1.0, 3.6, 0.0, 0.0], "Two names with the score of a match.";
    Dateline: "name.dateline", [0.0, 0.0, 5.0, 0.0], "The place of the dateline.";
    Agency: "name.dateline-agency", [0.0, 5.0, 0.0, 0.0], "The agency of the dateline.";
    Among: "name.coordination", [0.0, 0.0, 0.0, 0.0], "It stands in a list with names of this type.";
    Event: "name.event", [0.0, 0.0, 0.0, 3.2], "A word of events, works or laws begins or ends the name.";
    Determined: "name.article", [-1.6, 0.0, 0.0, 0.0], "An article stands before the name.";
    Quoted: "name.quoted", [-1.0, 0.0, -0.5, 0.8], "Several words in quotation marks.";
    Pair: "name.shape.pair", [0.3, 0.1, 0.0, 0.0], "Two or three words with capitals and nothing else to go by.";
    PersonPair: "name.shape.person-pair", [0.95, 0.1, 0.0, 0.0], "Two or three words with capitals, where other names have one.";
    Long: "name.shape.long", [0.0, 0.6, 0.0, 0.2], "Many words with capitals and nothing else to go by.";
    Lone: "name.shape.lone", [0.0, 0.0, 0.0, 0.01], "One word with a capital and nothing else to go by.";
    Learned: "name.learned", [0.0, 0.0, 0.0, 0.0], "Other articles show what the name is: see `dateline learn`.";
    Headline: "name.known-in-text", [0.0, 0.0, 0.0, 0.0], "A headline in capitals repeats a name of the article.";
}

/// Whether a rule is to be trusted in a language without tables of names of its own: all but
/// those that go by shape alone, which mean little where the words of the language are not known.
pub fn is_sure(rule: &str) -> bool {
    !rule.starts_with("name.shape.") && rule != Rule::GivenAlone.id()
}

impl Rule {
    pub(crate) fn id(self) -> &'static str {
        RULES[self as usize].0
    }

    #[inline]
    pub(crate) fn votes(self) -> Votes {
        VOTES[self as usize]
    }

    /// Whether it goes by what stands around the name, or by a longer form of it, and not by a list or a shape.
    pub(crate) fn is_context(self) -> bool {
        use Rule::*;
        matches!(
            self,
            Honorific
                | Title
                | Job
                | Kin
                | Apposition
                | AppositionBefore
                | Given
                | Initials
                | SpeechAfter
                | SpeechBefore
                | SurnameOf
                | OrgHead
                | OrgTail
                | OrgSuffix
                | OrgBefore
                | OrgAfter
                | AcronymOf
                | HeadOf
                | PlaceHead
                | PlaceTail
                | PlaceBefore
                | PlaceAfter
                | PlacePreposition
                | PlaceHyphen
                | PlaceIn
                | CountryAfter
                | Score
                | Dateline
                | Agency
                | Event
        )
    }
}

pub(crate) const PERSON: usize = 0;
pub(crate) const ORGANIZATION: usize = 1;
pub(crate) const PLACE: usize = 2;
pub(crate) const OTHER: usize = 3;

pub(crate) fn name_type(index: usize) -> NameType {
    [
        NameType::Person,
        NameType::Organization,
        NameType::Place,
        NameType::Other,
    ][index]
}

pub(crate) fn index(name_type: NameType) -> usize {
    match name_type {
        NameType::Person => PERSON,
        NameType::Organization => ORGANIZATION,
        NameType::Place => PLACE,
        NameType::Other => OTHER,
    }
}
