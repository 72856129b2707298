//! One decision per name and article: names that stand for each other add up their votes.

use crate::learned::Learned;
use crate::rules::{ORGANIZATION, OTHER, PERSON, PLACE, Rule, Votes};
use crate::scan::{Candidate, Scan, winner};
use crate::vocabulary::*;
use dateline_text::{Case, Gap, Kind};
use rustc_hash::{FxHashMap, FxHashSet};

/// A form of a name, with the votes of all its instances.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Name {
    /// Of its words.
    hash: u64,
    pub votes: Votes,
    pub best: [Option<Rule>; 4],
    pub count: u32,
    /// Instances whose capital says something.
    inner: u32,
    /// Its first instance.
    pub candidate: u32,
    pub entries: u32,
    words: u8,
    weak: bool,
    pub acronym: bool,
    /// First of the longer names that it may be part of, in [`Clusters::links`]; `u32::MAX` for none.
    pub longer: u32,
    pub name_type: usize,
    pub score: f32,
    pub reported: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub name: u32,
    rule: Rule,
    pub next: u32,
}

/// Numbers by hashes that are well mixed, used again from article to article.
#[derive(Debug, Default)]
struct Table {
    /// Hash, number, and the article that wrote it; the length is a power of two, at least twice what is taken.
    places: Vec<(u64, u32, u32)>,
    taken: usize,
    article: u32,
}

impl Table {
    /// Places of a new table, and of one whose article was not long.
    const FEW: usize = 256;

    fn clear(&mut self) {
        self.taken = 0;
        self.article = self.article.wrapping_add(1);
        if self.places.len() != Self::FEW || self.article == 0 {
            self.places.clear();
            self.places.resize(Self::FEW, (0, 0, 0));
            self.article = 1;
        }
    }

    /// Where a hash is, or would be.
    #[inline]
    fn place(&self, hash: u64) -> usize {
        let mask = self.places.len() - 1;
        let mut at = (hash >> 32) as usize & mask;
        while self.places[at].2 == self.article && self.places[at].0 != hash {
            at = (at + 1) & mask;
        }
        at
    }

    #[inline]
    fn get(&self, hash: u64) -> Option<u32> {
        if self.taken == 0 {
            return None;
        }
        let (_, number, article) = self.places[self.place(hash)];
        (article == self.article).then_some(number)
    }

    /// The number of a hash; a new hash gets `number`.
    #[inline]
    fn get_or_insert(&mut self, hash: u64, number: u32) -> u32 {
        let at = self.place(hash);
        if self.places[at].2 == self.article {
            return self.places[at].1;
        }
        self.places[at] = (hash, number, self.article);
        self.taken += 1;
        if self.taken * 2 > self.places.len() {
            let fewer = std::mem::take(&mut self.places);
            self.places.resize(fewer.len() * 2, (0, 0, 0));
            for entry in fewer.into_iter().filter(|e| e.2 == self.article) {
                let at = self.place(entry.0);
                self.places[at] = entry;
            }
        }
        number
    }
}

#[derive(Debug, Default)]
pub(crate) struct Clusters {
    pub names: Vec<Name>,
    index: Table,
    /// From the hash of a part to the first link to the names that it may stand for.
    parts: Table,
    pub links: Vec<Link>,
}

const NONE: u32 = u32::MAX;
/// Letters from which a word seldom looks like a form of a name by chance.
const LONG: usize = 7;
/// Longer names that one part is tried against: a list of thousands of namesakes must not take
/// the square of its length.
const MOST: usize = 32;

impl Clusters {
    pub(crate) fn clear(&mut self) {
        self.names.clear();
        self.index.clear();
        self.parts.clear();
        self.links.clear();
    }

    /// The reported name of a hash.
    pub(crate) fn reported(&self, hash: u64) -> Option<u32> {
        self.index
            .get(hash)
            .filter(|n| self.names[*n as usize].reported)
    }

    /// Whether a candidate has this hash.
    pub(crate) fn has(&self, hash: u64) -> bool {
        self.index.get(hash).is_some()
    }

    /// Whether a name, or part of a person's name, of this hash is reported.
    pub(crate) fn knows(&self, hash: u64) -> bool {
        self.reported(hash).is_some() || self.part(hash).is_some_and(|l| l.rule == Rule::SurnameOf)
    }

    /// The first name that a hash may be part of, if it is reported.
    fn part(&self, hash: u64) -> Option<Link> {
        let link = *self.links.get(self.parts.get(hash)? as usize)?;
        self.names.get(link.name as usize).filter(|n| n.reported)?;
        Some(link)
    }

    /// First of the longer names that a hash may be part of; `u32::MAX` for none.
    fn first_link(&self, hash: u64) -> u32 {
        self.parts.get(hash).unwrap_or(NONE)
    }

    fn link(&mut self, hash: u64, name: u32, rule: Rule) {
        let next = self.links.len() as u32;
        let head = self.parts.get_or_insert(hash, next);
        // In the order in which the names come.
        if head != next {
            let mut at = head as usize;
            let mut length = 0;
            loop {
                length += 1;
                if self.links[at].name == name || length == MOST {
                    return;
                }
                match self.links[at].next {
                    NONE => break,
                    next => at = next as usize,
                }
            }
            self.links[at].next = next;
        }
        self.links.push(Link {
            name,
            rule,
            next: NONE,
        });
    }

    /// Adds a candidate to its name; returns the name's number.
    fn add(&mut self, number: u32, c: &Candidate) -> u32 {
        let next = self.names.len() as u32;
        let name = self.index.get_or_insert(c.hash, next);
        if name == next {
            self.names.push(Name {
                hash: c.hash,
                votes: [0.0; 4],
                best: [None; 4],
                count: 0,
                inner: 0,
                candidate: number,
                entries: 0,
                words: c.words,
                weak: c.weak,
                acronym: c.acronym,
                longer: NONE,
                name_type: OTHER,
                score: 0.0,
                reported: false,
            });
        }
        let n = &mut self.names[name as usize];
        n.count += 1;
        n.inner += u32::from(!c.opens);
        n.entries = n.entries.max(c.entries);
        n.acronym &= c.acronym;
        for t in 0..4 {
            n.votes[t] += c.votes[t];
            if let Some(rule) = c.best[t]
                && n.best[t].is_none_or(|b| b.votes()[t] < rule.votes()[t])
            {
                n.best[t] = Some(rule);
            }
        }
        name
    }
}

impl Name {
    /// Takes in what other articles show.
    fn hear(&mut self, learned: &Learned) {
        self.weak |= self.words == 1 && learned.is_small(self.hash);
        let votes = learned.votes(self.hash).copied().unwrap_or_default();
        for (t, vote) in votes.into_iter().enumerate().filter(|(_, v)| *v > 0.0) {
            self.votes[t] += vote * self.count as f32;
            // What the article itself shows is the better reason to name.
            self.best[t] = self.best[t]
                .filter(|b| b.is_context())
                .or(Some(Rule::Learned));
        }
    }

    fn vote(&mut self, t: usize, weight: f32, rule: Rule) {
        self.votes[t] += weight * self.count as f32;
        if self.best[t].is_none_or(|b| b.votes()[t] < weight) {
            self.best[t] = Some(rule);
        }
    }
}

impl Scan<'_, '_, '_> {
    /// Decides every name of the candidates.
    pub(crate) fn decide(&mut self) {
        let mut clusters = std::mem::take(&mut self.scratch.clusters);
        clusters.clear();
        self.drop_complements();
        self.find_bases();
        for (i, c) in (0..).zip(&mut self.scratch.candidates) {
            c.name = clusters.add(i, c);
        }
        if let Some(learned) = self.learned {
            clusters.names.iter_mut().for_each(|n| n.hear(learned));
        }
        self.scratch.acronyms = 0;
        for c in self.scratch.candidates.iter().filter(|c| c.acronym) {
            self.scratch.acronyms |= self.initial_bit(c.first as usize);
        }
        for n in 0..clusters.names.len() {
            self.register(&mut clusters, n as u32);
        }
        self.explain(&mut clusters);
        for n in 0..clusters.names.len() {
            self.lend(&mut clusters, n as u32);
        }
        for n in 0..clusters.names.len() {
            self.borrow(&mut clusters, n as u32);
        }
        for n in 0..clusters.names.len() {
            self.conclude(&mut clusters, n);
        }
        self.scratch.clusters = clusters;
    }

    /// «protéger la Commission des menaces»: what stands once behind a head that was named alone before, and is
    /// named alone again, is a complement of the verb. A name of several words is told whole at first.
    fn drop_complements(&mut self) {
        let complement = |s: &Self, c: &Candidate| {
            let head = c.core as usize;
            c.end as usize > head + 2
                && s.tokens[c.end as usize - 1].case == Case::Lower
                && s.word(head).has(ORG_HEAD)
                && s.word(head + 1).has(ORG_LINK_SMALL)
        };
        if !self.scratch.candidates.iter().any(|c| complement(self, c)) {
            return;
        }
        let mut told: FxHashMap<u64, u32> = FxHashMap::default();
        for c in &self.scratch.candidates {
            *told.entry(c.hash).or_default() += 1;
        }
        let mut before = FxHashSet::default();
        for i in 0..self.scratch.candidates.len() {
            let c = self.scratch.candidates[i];
            let head = c.core as usize;
            if complement(self, &c) && told.get(&c.hash) == Some(&1) {
                let alone = self.hash(head, head + 1);
                if before.contains(&alone) && told.get(&alone).is_some_and(|n| *n > 1) {
                    let c = &mut self.scratch.candidates[i];
                    c.end = head as u32 + 1;
                    c.hash = alone;
                    c.words = 1;
                    c.entries = 0;
                }
            }
            before.insert(c.hash);
        }
    }

    /// What is said of the short form holds for the long one: «NAME said» for «Ann NAME».
    fn lend(&self, clusters: &mut Clusters, n: u32) {
        let Name { votes, hash, .. } = &clusters.names[n as usize];
        let share = votes[PERSON] - votes[ORGANIZATION].max(votes[PLACE]);
        if share <= 0.0 || clusters.links.is_empty() {
            return;
        }
        let mut at = clusters.first_link(*hash);
        if at == NONE {
            return;
        }
        let part = clusters.names[n as usize];
        while let Some(link) = clusters.links.get(at as usize).copied() {
            at = link.next;
            if link.rule == Rule::SurnameOf
                && link.name != n
                && self.may_be_part(&part, &clusters.names[link.name as usize])
            {
                clusters.names[link.name as usize].votes[PERSON] += share.min(1.5);
            }
        }
    }

    /// The short form takes the type of the first long one that is sure.
    fn borrow(&self, clusters: &mut Clusters, n: u32) {
        if clusters.links.is_empty() {
            return;
        }
        let head = clusters.first_link(clusters.names[n as usize].hash);
        if head == NONE {
            return;
        }
        let part = clusters.names[n as usize];
        let mut at = head;
        while let Some(link) = clusters.links.get(at as usize).copied() {
            at = link.next;
            let long = clusters.names[link.name as usize];
            let (t, score) = winner(&long.votes);
            let fits = match link.rule {
                Rule::SurnameOf => t == PERSON && score >= 1.2 && self.may_be_part(&part, &long),
                Rule::AcronymOf => part.acronym,
                _ => true,
            };
            if link.name == n || !fits {
                continue;
            }
            let entries = self.scratch.entries[part.entries as usize];
            let large = self
                .meanings(part.entries)
                .first()
                .is_some_and(|m| !m.entry.kind().is_place() || m.entry.weight() >= LARGE);
            let own = entries.strong && large && entries.surname == 0 && entries.given == 0;
            let weight = match link.rule {
                Rule::AcronymOf => 3.0,
                Rule::SurnameOf if own => 1.0,
                rule => rule.votes()[t],
            };
            let part = &mut clusters.names[n as usize];
            part.vote(t, weight, link.rule);
            part.longer = head;
            return;
        }
    }

    /// «NCT» is no part of «Nct Tran», and «the Cup» none of «Ann Cup».
    fn may_be_part(&self, part: &Name, long: &Name) -> bool {
        let c = self.scratch.candidates[long.candidate as usize];
        let shouted = (c.first..c.end).any(|i| self.tokens[i as usize].case == Case::Upper);
        let determined = part.votes[PERSON] < -0.6 * part.count as f32;
        (!part.acronym || shouted) && !determined
    }

    /// Decides the candidates that came in after the rest.
    pub(crate) fn decide_late(&mut self, from: usize) {
        let mut clusters = std::mem::take(&mut self.scratch.clusters);
        let before = clusters.names.len();
        for i in from..self.scratch.candidates.len() {
            let c = self.scratch.candidates[i];
            let name = match clusters.reported(c.hash) {
                Some(name) => name,
                None => clusters.add(i as u32, &c),
            };
            if name as usize >= before
                && clusters.names[name as usize].longer == NONE
                && let Some(link) = clusters.part(c.hash).filter(|l| l.rule == Rule::SurnameOf)
            {
                let longer = clusters.first_link(c.hash);
                let part = &mut clusters.names[name as usize];
                part.vote(PERSON, link.rule.votes()[PERSON], link.rule);
                part.longer = longer;
            }
            self.scratch.candidates[i].name = name;
        }
        for n in before..clusters.names.len() {
            if let Some(learned) = self.learned {
                clusters.names[n].hear(learned);
            }
            self.conclude(&mut clusters, n);
        }
        self.scratch.clusters = clusters;
    }

    /// Notes the parts by which the article may call a name of several words again.
    fn register(&mut self, clusters: &mut Clusters, n: u32) {
        let name = &clusters.names[n as usize];
        if name.words < 2 {
            return;
        }
        let (t, score) = winner(&name.votes);
        if score < 0.5 {
            return;
        }
        let c = self.scratch.candidates[name.candidate as usize];
        let (p, end) = (c.core as usize, c.end as usize);
        match t {
            PERSON if score >= 0.25 => {
                for i in p + 1..end {
                    if self.tokens[i].kind == Kind::Word
                        && self.tokens[i].len() > 1
                        && self.tokens[i].gap != Gap::Glued
                    {
                        clusters.link(self.hash(i, end), n, Rule::SurnameOf);
                    }
                }
                let given = usize::from(self.entries(p).given).max(1);
                if p + given < end && self.tokens[p].len() > 1 {
                    clusters.link(self.hash(p, p + given), n, Rule::SurnameOf);
                }
            }
            ORGANIZATION => {
                for i in p..end {
                    let token = self.tokens[i];
                    if !token.capitalised() || token.len() < 3 {
                        continue;
                    }
                    let word = self.word(i);
                    let head = word.has(ORG_HEAD | ORG_TAIL)
                        && (i == p || i + 1 == end || self.tokens[i + 1].case == Case::Lower);
                    if head {
                        clusters.link(self.hash(i, i + 1), n, Rule::HeadOf);
                    }
                }
                let suffixed = self.word(end - 1).has(ORG_SUFFIX);
                if suffixed && end > p + 2 {
                    clusters.link(self.hash(p, end - 1), n, Rule::HeadOf);
                }
                self.register_initials(clusters, n, p, end);
            }
            OTHER | PLACE => self.register_initials(clusters, n, p, end),
            _ => {}
        }
    }

    /// A bit for the first letter of a word, the same for capital and small.
    fn initial_bit(&self, i: usize) -> u64 {
        let initial = self.of(i).bytes().next().unwrap_or(0);
        1 << (if initial.is_ascii() { initial & 31 } else { 32 })
    }

    fn register_initials(&mut self, clusters: &mut Clusters, n: u32, p: usize, end: usize) {
        // They begin with the first capital, or with a small word before it.
        let begin = (p..end).find(|i| self.capital(*i)).map_or(end, |i| i + 1);
        if !(p..begin).any(|i| self.initial_bit(i) & self.scratch.acronyms != 0) {
            return;
        }
        // Capitals only, and all words but the small links.
        let mut initials = std::mem::take(&mut self.scratch.initials);
        let mut taken = usize::MAX;
        for small in [false, true] {
            initials.clear();
            let mut count = 0;
            for (i, token) in (p..).zip(&self.tokens[p..end]) {
                let takes = token.kind == Kind::Word
                    && (token.capitalised()
                        || small && !self.word(i).has(ORG_LINK | DETERMINER | COORDINATION));
                if takes {
                    count += 1;
                    if count <= 8 {
                        initials.extend(token.of(self.text).chars().next());
                    }
                }
            }
            if (2..=8).contains(&count) && count != taken {
                let key = dateline_text::word_key(&initials);
                let hash = key.wrapping_mul(0x517C_C1B7_2722_0A95);
                clusters.link(hash, n, Rule::AcronymOf);
            }
            taken = count;
        }
        self.scratch.initials = initials;
    }

    /// «Long Form (LF)»: the two are one.
    fn explain(&mut self, clusters: &mut Clusters) {
        for i in 0..self.scratch.candidates.len().saturating_sub(1) {
            if !self.scratch.candidates[i].explains {
                continue;
            }
            let (long, short) = (self.scratch.candidates[i], self.scratch.candidates[i + 1]);
            if short.first != long.end + 1 || long.words < 2 || !short.acronym {
                continue;
            }
            let letter = |i: u32| self.of(i as usize).chars().next();
            let fits = letter(short.first) == letter(long.core)
                || (long.first..long.end).any(|i| {
                    self.tokens[i as usize].capitalised() && letter(i) == letter(short.first)
                });
            let (t, _) = winner(&clusters.names[long.name as usize].votes);
            if !fits || t == PERSON && clusters.names[long.name as usize].votes[PERSON] > 1.5 {
                continue;
            }
            if t != PLACE {
                clusters.names[long.name as usize].vote(ORGANIZATION, 1.5, Rule::AcronymOf);
            }
            let hash = self.scratch.candidates[i + 1].hash;
            if clusters.first_link(hash) == NONE {
                clusters.link(hash, long.name, Rule::AcronymOf);
            }
        }
    }

    /// The type of a name, and whether it is one.
    fn conclude(&mut self, clusters: &mut Clusters, n: usize) {
        let name = &clusters.names[n];
        let (t, score) = winner(&name.votes);
        let entries = &self.scratch.entries[name.entries as usize];
        let strong = name.entries > 0 && entries.strong;
        let country = || {
            self.meanings(name.entries)
                .iter()
                .any(|m| m.entry.kind() == dateline_gazetteer::Kind::Country)
        };
        let short = || {
            let c = &self.scratch.candidates[name.candidate as usize];
            self.of(c.core as usize).chars().count() < LONG
        };
        let linked = name.longer != NONE;
        let single = name.words <= 1;
        let enough = match () {
            () if linked => score >= 0.5,
            () if single && name.weak => {
                strong && t != PLACE || t == PERSON && score >= 3.0 || t == PLACE && country()
            }
            // At the beginning of a sentence a common word may look like a form of a name.
            () if single && name.inner == 0 && entries.inflected && short() => {
                score >= 4.5 * name.count as f32
            }
            () if single && name.inner == 0 => strong || score >= 2.0,
            // One weak hint does not carry a word that stands there a hundred times.
            () if single => score >= 0.9 && score >= 0.12 * name.count as f32,
            () => score >= 0.9,
        };
        let name = &mut clusters.names[n];
        name.name_type = t;
        name.score = score / name.count.max(1) as f32;
        name.reported = enough;
    }
}
