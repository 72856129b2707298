//! Number words out of CLDR's rule-based number formats (RBNF, UTS #35 part 3), as far as whole
//! numbers below 10,000 need them.

use serde_json::Value;
use std::collections::BTreeMap;

struct Rule {
    base: u64,
    /// `radix` to the highest power not above `base`: what `←` and `→` divide by.
    divisor: u64,
    text: String,
}

/// The rule sets of one language.
pub struct Spellout {
    sets: BTreeMap<String, Vec<Rule>>,
}

impl Spellout {
    /// Reads the `SpelloutRules` object: set name → list of (base, text).
    pub fn new(rules: &Value) -> Self {
        let mut sets = BTreeMap::new();
        for (name, list) in rules.as_object().into_iter().flatten() {
            let mut set: Vec<Rule> = list
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(read_rule)
                .collect();
            set.sort_by_key(|r| r.base);
            sets.insert(name.clone(), set);
        }
        Self { sets }
    }

    /// Names of the public sets that begin with `%spellout-` and one of `kinds`, without those for
    /// years, calendar days, cheques, or with words of politeness.
    pub fn sets<'a>(&'a self, kinds: &'a [&str]) -> impl Iterator<Item = &'a str> {
        const OTHER: &[&str] = &["-year", "-days", "-financial", "-verbose", "-latn"];
        self.sets.keys().map(String::as_str).filter(move |name| {
            name.strip_prefix("%spellout-")
                .is_some_and(|n| kinds.iter().any(|k| n.starts_with(k)))
                && !OTHER.iter().any(|o| name.contains(o))
        })
    }

    /// The words of `n` by a rule set. `None` where the set falls back to digits.
    pub fn words(&self, set: &str, n: u64) -> Option<String> {
        let mut out = String::new();
        self.write(set, n, 0, &mut out)?;
        (!out.is_empty() && !super::has_digit(&out)).then_some(out)
    }

    fn write(&self, set: &str, n: u64, depth: u8, out: &mut String) -> Option<()> {
        let rules = self.sets.get(set)?;
        let mut at = rules.iter().rposition(|r| r.base <= n)?;
        // A rule that would end in «… and zero» gives way to the one before it.
        let rule = rules.get(at)?;
        if at > 0
            && rule.text.contains('→')
            && n.is_multiple_of(rule.divisor)
            && !rule.base.is_multiple_of(rule.divisor)
        {
            at -= 1;
        }
        if depth > 16 {
            return None;
        }
        let rule = rules.get(at)?;
        self.fill(
            rule,
            set,
            rule.text.strip_prefix('\'').unwrap_or(&rule.text),
            n,
            depth,
            out,
        )
    }

    fn fill(
        &self,
        rule: &Rule,
        set: &str,
        text: &str,
        n: u64,
        depth: u8,
        out: &mut String,
    ) -> Option<()> {
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let tail = &rest[c.len_utf8()..];
            match c {
                '[' => {
                    let (inner, after) = tail.split_once(']')?;
                    let (main, whole) = inner.split_once('|').unwrap_or((inner, ""));
                    let chosen = if n.is_multiple_of(rule.divisor) {
                        whole
                    } else {
                        main
                    };
                    self.fill(rule, set, chosen, n, depth, out)?;
                    rest = after;
                }
                '→' | '←' | '=' => {
                    let (name, after) = tail.split_once(c)?;
                    if after.starts_with(c) && name.is_empty() && c == '→' {
                        return None;
                    }
                    let value = match c {
                        '→' => n % rule.divisor,
                        '←' => n / rule.divisor,
                        _ => n,
                    };
                    match name {
                        "" => self.write(set, value, depth + 1, out)?,
                        name if name.starts_with('%') => self.write(name, value, depth + 1, out)?,
                        // A number pattern: digits.
                        _ => return None,
                    }
                    rest = after;
                }
                '$' => {
                    let (plural, after) = tail.strip_prefix("(cardinal,")?.split_once(")$")?;
                    // Whole hundreds and thousands below ten thousand that are asked for have the
                    // quotient one; another one would need the language's plural rules.
                    if n / rule.divisor != 1 {
                        return None;
                    }
                    let word = |class: &str| {
                        plural
                            .split('}')
                            .find_map(|p| p.strip_prefix(class)?.strip_prefix('{'))
                    };
                    out.push_str(word("one").or_else(|| word("other"))?);
                    rest = after;
                }
                c => {
                    out.push(c);
                    rest = tail;
                }
            }
        }
        Some(())
    }
}

fn read_rule(rule: &Value) -> Option<Rule> {
    let (base, radix) = match rule.get(0)?.as_str()?.split_once('/') {
        Some((base, radix)) => (base, radix.replace(',', "").parse().ok()?),
        None => (rule.get(0)?.as_str()?, 10u64),
    };
    // Negative numbers, fractions and infinity have no number as base: not asked for.
    let base: u64 = base.replace(',', "").parse().ok()?;
    let mut divisor = 1u64;
    while radix > 1 && divisor.checked_mul(radix).is_some_and(|d| d <= base) {
        divisor *= radix;
    }
    let text = rule.get(1)?.as_str()?;
    Some(Rule {
        base,
        divisor,
        text: text.strip_suffix(';').unwrap_or(text).to_owned(),
    })
}
