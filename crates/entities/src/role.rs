//! What a person is, in the words of the article: the title before a name, the apposition after it.

use crate::Name;
use crate::scan::Scan;
use crate::vocabulary::*;
use dateline_model::NameType;
use dateline_text::{Gap, Kind};

/// Words that an apposition may have.
const LONGEST: usize = 16;
/// Tokens of a title before its last word that is a title by itself.
const LONGEST_TITLE: usize = 4;

impl Scan<'_, '_, '_> {
    /// Gives the persons among `names` their roles.
    pub(crate) fn roles(&mut self, names: &mut [Name]) {
        for k in 0..names.len() {
            if names[k].name_type != NameType::Person {
                continue;
            }
            let role = self
                .role_before(names, k)
                .or_else(|| self.role_after(names, k))
                .or_else(|| self.role_before_comma(names, k));
            if let Some((first, end, organization)) = role {
                names[k].role = self.span(first, end);
                if let Some(o) = organization {
                    names[k].role_org_id = names[o].entity_id.as_ref().to_owned();
                } else if names[k].first as usize >= end {
                    names[k].role_org_id = self.compound_owner(first);
                }
            }
        }
    }

    /// «TikTok chief executive NAME», «l'ancien président NAME».
    fn role_before(&mut self, names: &[Name], k: usize) -> Option<(usize, usize, Option<usize>)> {
        let p = names[k].first as usize;
        let mut end = p;
        if p > 1 && self.is(p - 1, b'.') && self.tokens[p - 1].gap == Gap::Glued {
            if !self.word(p - 2).has(ABBREVIATED_TITLE) {
                return None;
            }
            end = p - 1;
        }
        let mut first = self.title_before(end)?;
        loop {
            let modifier = first > 0
                && self.tokens[first].gap <= Gap::Space
                && self.exactly(first - 1, 1) & ROLE_MODIFIER != 0
                && self.tokens[first - 1].kind == Kind::Word;
            // «ex-president», «SPD-Chef»
            let hyphen = first > 1
                && self.is(first - 1, b'-')
                && self.tokens[first].gap == Gap::Glued
                && self.tokens[first - 1].gap == Gap::Glued;
            match (modifier, hyphen) {
                (true, _) => first -= 1,
                (_, true) => first -= 2,
                _ => break,
            }
        }
        let owner = k.checked_sub(1).filter(|o| {
            let o = &names[*o];
            let gap = first.wrapping_sub(o.end as usize);
            o.name_type == NameType::Organization
                && (gap == 0 || gap <= 2 && self.word(o.end as usize).length(POSSESSIVE) == gap)
        });
        Some((first, p.min(end + 1), owner))
    }

    /// The id of the organization with which a compound begins: «SPD-Chef».
    fn compound_owner(&mut self, first: usize) -> String {
        let at = self.entries_index(first);
        let length = usize::from(self.scratch.entries[at].length);
        if length == 0 || !self.is(first + length, b'-') {
            return String::new();
        }
        self.likeliest(at as u32, |m| m.entry.kind().is_organization())
            .and_then(|m| m.entry.entry())
            .map_or_else(String::new, |e| e.id.to_owned())
    }

    /// Where a title that ends before token `end` begins, adjectives in between allowed.
    fn title_before(&mut self, end: usize) -> Option<usize> {
        let mut at = end;
        for _ in 0..3 {
            if self.may_end_before(at) == 0 {
                return None;
            }
            if at == 0 || self.tokens.get(at)?.gap > Gap::Space {
                return None;
            }
            let (mut found, mut adjective) = (None, false);
            for back in 1..=6.min(at) {
                if back > 1 && self.tokens[at - back + 1].gap > Gap::Space {
                    break;
                }
                let here = self.exactly(at - back, back);
                if here & (TITLE | ABBREVIATED_TITLE | JOB) != 0 {
                    found = Some(at - back);
                }
                adjective |= back == 1 && here & ROLE_ADJECTIVE != 0;
            }
            if found.is_some() {
                return found;
            }
            if !adjective {
                return None;
            }
            at -= 1;
        }
        None
    }

    /// «NAME, responsable de la protection des données pour TikTok,».
    fn role_after(&mut self, names: &[Name], k: usize) -> Option<(usize, usize, Option<usize>)> {
        let comma = names[k].end as usize;
        if !self.is(comma, b',') {
            return None;
        }
        let mut first = comma + 1;
        while self.word(first).has(DETERMINER) {
            first += self.word(first).length(DETERMINER);
        }
        // Modifiers and peoples belong to the role: «French foreign minister».
        let mut at = first;
        for _ in 0..3 {
            let word = self.word(at);
            let title = word.length(TITLE | JOB);
            if title > 0 {
                return self.role_from(names, k, first, at + title);
            }
            let skip = word
                .length(ROLE_MODIFIER | ROLE_ADJECTIVE)
                .max(usize::from(self.entries(at).demonym));
            // «TikTok's head of security»
            let owner = names.get(k + 1).filter(|n| n.first as usize == at);
            let skip = match owner {
                Some(o) if skip == 0 => {
                    let end = o.end as usize;
                    first = end + self.word(end).length(POSSESSIVE);
                    first - at
                }
                _ => skip,
            };
            if skip == 0 {
                return None;
            }
            at += skip;
        }
        None
    }

    /// The role that begins at `first` with a title that ends at `end`, with its complement.
    fn role_from(
        &mut self,
        names: &[Name],
        k: usize,
        first: usize,
        end: usize,
    ) -> Option<(usize, usize, Option<usize>)> {
        let close = (end..(end + LONGEST).min(self.tokens.len())).find(|i| {
            self.tokens[*i].gap > Gap::Space
                || matches!(
                    self.of(*i),
                    "," | "." | ";" | ")" | "(" | "\"" | "”" | "»" | ":"
                )
        });
        let inside = names[k + 1..]
            .iter()
            .position(|n| n.first as usize >= first)
            .map(|n| n + k + 1);
        let mut organization = names[k + 1..]
            .iter()
            .take_while(|n| (n.first as usize) < close.unwrap_or(end))
            .position(|n| {
                n.name_type == NameType::Organization && n.first as usize >= names[k].end as usize
            })
            .map(|o| o + k + 1);
        let mut stop = end;
        let linked = self.word(end).has(ROLE_LINK | ROLE_ADJECTIVE);
        if let (Some(close), true) = (close, linked) {
            stop = inside.map_or(close, |n| close.min(names[n].first as usize));
            // Before a name, the link to it is not part of the role.
            if stop < close {
                while stop > end
                    && (self.word(stop - 1).has(DETERMINER | ROLE_LINK)
                        || matches!(self.of(stop - 1), "'" | "’"))
                {
                    stop -= 1;
                }
            }
        } else if let Some(o) = organization {
            // Without a closing mark only an organization that is linked directly.
            let between = self.word(end).length(ROLE_LINK);
            if between == 0 || names[o].first as usize > end + between + 1 {
                organization = None;
            }
        }
        Some((first, stop.max(end), organization))
    }

    /// «the Commissioner for Industry, NAME,».
    fn role_before_comma(
        &mut self,
        names: &[Name],
        k: usize,
    ) -> Option<(usize, usize, Option<usize>)> {
        let p = names[k].first as usize;
        let comma = p.checked_sub(1).filter(|c| self.is(*c, b','))?;
        let closed = matches!(self.of(names[k].end as usize), "," | "." | "");
        if !closed {
            return None;
        }
        let mut first = comma;
        for _ in 0..10 {
            first = first.checked_sub(1)?;
            let token = self.tokens[first];
            if token.gap > Gap::Space || matches!(token.of(self.text), "," | "." | ";" | ":" | ")")
            {
                return None;
            }
            let title = self.word(first).length(TITLE);
            if title == 0 {
                continue;
            }
            let end = first + title;
            // «le Premier ministre belge, NAME»: the title may begin before the word that is one by itself.
            let longer = (first.saturating_sub(LONGEST_TITLE)..first)
                .map(|at| (at, at + self.word(at).length(TITLE)))
                .find(|t| t.1 >= end);
            let (first, end) = longer.unwrap_or((first, end));
            if end != comma && !self.word(end).has(ROLE_LINK | ROLE_ADJECTIVE) {
                return None;
            }
            let organization = names[..k]
                .iter()
                .rposition(|n| n.first as usize >= end && n.name_type == NameType::Organization);
            let inside = names[..k].iter().position(|n| n.first as usize >= end);
            let mut stop = inside.map_or(comma, |n| names[n].first as usize);
            if inside.is_some() {
                while stop > end
                    && (self.word(stop - 1).has(DETERMINER | ROLE_LINK)
                        || matches!(self.of(stop - 1), "'" | "’"))
                {
                    stop -= 1;
                }
            }
            return Some((first, stop, organization));
        }
        None
    }
}
