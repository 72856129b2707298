//! What a name can stand for, and what a table says of a name.

use dateline_model::NameType;

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $code:literal,)*) => {
        /// What an entry stands for. The codes are those of the tables' `type` column.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Kind {
            $($(#[$doc])* $variant,)*
        }

        impl Kind {
            /// Every kind, in the order of their numbers in a compiled gazetteer.
            pub const ALL: &'static [Kind] = &[$(Kind::$variant,)*];

            /// The code as written in the tables.
            pub fn code(self) -> &'static str {
                match self {
                    $(Kind::$variant => $code,)*
                }
            }
        }
    };
}

kinds! {
    /// A person known to the world.
    Person = "per",
    /// An organization of no special sort.
    Organization = "org",
    /// A body of states, or a body of such a body.
    Intergovernmental = "org.igo",
    /// A government, ministry, parliament, authority, army or service.
    Government = "org.gov",
    /// A court or tribunal.
    Court = "org.court",
    /// A central bank.
    CentralBank = "org.bank",
    /// A company.
    Company = "org.company",
    /// A news agency.
    Agency = "org.agency",
    /// A paper, broadcaster or site.
    Media = "org.media",
    /// A political party.
    Party = "org.party",
    /// An armed group.
    ArmedGroup = "org.armed",
    /// A sports club.
    Club = "org.club",
    /// A federation or league of sports.
    SportsBody = "org.sport",
    /// A university, school or research body.
    University = "org.university",
    /// A society, charity, union, church or think tank.
    Society = "org.ngo",
    /// A country or territory with an ISO 3166-1 code, or one that is in dispute.
    Country = "loc.country",
    /// A continent, a part of the world, or a region without a code of its own.
    Area = "loc.area",
    /// A first-level region with an ISO 3166-2 code.
    Region = "loc.region",
    /// A city or town.
    City = "loc.city",
    /// A sea, lake, river or strait.
    Water = "loc.water",
    /// A mountain, island, desert or forest.
    Land = "loc.land",
    /// A building, street, square, park or crossing.
    Site = "loc.site",
    /// The adjective of a place, or those who live there.
    Demonym = "demonym",
    /// Evidence: a given name.
    Given = "given",
    /// Evidence: a surname.
    Surname = "surname",
    /// An event, work, product or anything else.
    Other = "other",
}

impl Kind {
    /// The kind of a table's `type` code.
    pub fn from_code(code: &str) -> Option<Kind> {
        Self::ALL.iter().copied().find(|k| k.code() == code)
    }

    /// The type that the output tables give to a name of this kind; `None` for evidence (given
    /// names and surnames), which is no entity.
    #[inline]
    pub fn name_type(self) -> Option<NameType> {
        match self {
            Self::Given | Self::Surname => None,
            Self::Person => Some(NameType::Person),
            Self::Demonym | Self::Other => Some(NameType::Other),
            k if k.is_organization() => Some(NameType::Organization),
            _ => Some(NameType::Place),
        }
    }

    /// Whether it is an organization of any sort.
    #[inline]
    pub fn is_organization(self) -> bool {
        (Self::Organization..=Self::Society).contains(&self)
    }

    /// Whether it is a place of any sort.
    #[inline]
    pub fn is_place(self) -> bool {
        (Self::Country..=Self::Site).contains(&self)
    }

    /// Whether it only speaks for a person's name.
    pub fn is_evidence(self) -> bool {
        matches!(self, Self::Given | Self::Surname)
    }
}

/// What a table says of a name, beside its meaning: the `flags` column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Flags(pub(crate) u16);

impl Flags {
    pub(crate) const ACRONYM: u16 = 1;
    pub(crate) const WEAK: u16 = 2;
    pub(crate) const NEVER_ALONE: u16 = 4;
    pub(crate) const HISTORIC: u16 = 8;
    pub(crate) const LABEL: u16 = 16;
    /// Not a letter of a table: from a user's own list of names.
    pub(crate) const OWN: u16 = 1 << 14;
    /// Not from a table: the last of the postings of a form.
    pub(crate) const LAST: u16 = 1 << 15;
    /// Those that no reader of entries sees.
    pub(crate) const INSIDE: u16 = Self::OWN | Self::LAST;

    const LETTERS: [(char, u16); 5] = [
        ('a', Self::ACRONYM),
        ('w', Self::WEAK),
        ('x', Self::NEVER_ALONE),
        ('h', Self::HISTORIC),
        ('l', Self::LABEL),
    ];

    /// Reads the letters of a table; the unknown letter as the error.
    pub(crate) fn parse(letters: &str) -> Result<Flags, char> {
        let mut flags = 0;
        for c in letters.chars().filter(|c| *c != ' ') {
            match Self::LETTERS.iter().find(|(l, _)| *l == c) {
                Some((_, bit)) => flags |= bit,
                None => return Err(c),
            }
        }
        Ok(Flags(flags))
    }

    /// `a`: matches only in the case in which the table has it.
    #[inline]
    pub fn acronym(self) -> bool {
        self.0 & Self::ACRONYM != 0
    }

    /// `w`: also a common word, a person's name or another thing; needs context.
    #[inline]
    pub fn weak(self) -> bool {
        self.0 & Self::WEAK != 0
    }

    /// `x`: never a name of its own, only beside another.
    #[inline]
    pub fn never_alone(self) -> bool {
        self.0 & Self::NEVER_ALONE != 0
    }

    /// `h`: no longer in use.
    pub fn historic(self) -> bool {
        self.0 & Self::HISTORIC != 0
    }

    pub(crate) fn own(self) -> bool {
        self.0 & Self::OWN != 0
    }

    /// `l`: the name by which the entity is called in the output.
    pub(crate) fn label(self) -> bool {
        self.0 & Self::LABEL != 0
    }
}
