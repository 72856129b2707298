//! What a look-up costs: a word with a capital, and a meaning that is read. The text is made of
//! the tables' own names among made-up words: of four words with a capital two begin a name (a few
//! names make up most of them, as in news), one begins names but none that stands here, one begins
//! none.

use dateline_gazetteer::{Gazetteer, Hit, read_tables};
use dateline_text::{Gap, Token, tokenize};
use divan::{Bencher, black_box, counter::ItemsCount};
use std::path::Path;

const WORDS: usize = 400_000;

fn main() {
    divan::main();
}

/// The same numbers in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % end
    }

    /// Small ones are the most common, by the law of Zipf.
    fn zipf_below(&mut self, end: usize) -> usize {
        let x = self.below(1 << 20) as f64 / f64::from(1 << 20);
        (end as f64).powf(x) as usize - 1
    }

    fn word(&mut self, capital: bool) -> String {
        let mut word = String::new();
        for _ in 0..1 + self.below(4) {
            word.push(char::from(b"bdfgklmnprstvz"[self.below(14)]));
            word.push(char::from(b"aeiou"[self.below(5)]));
        }
        if capital {
            word[..1].to_uppercase() + &word[1..]
        } else {
            word
        }
    }
}

fn text() -> String {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let mut numbers = Numbers(1);
    let mut names = Vec::new();
    for (_, table) in read_tables(&data).expect("tables") {
        for line in table.lines().filter(|l| !l.starts_with('#')) {
            let name = line.split('\t').nth(3).expect("a name");
            if name.starts_with(char::is_uppercase) {
                names.push(name.to_owned());
            }
        }
    }
    for at in (1..names.len()).rev() {
        names.swap(at, numbers.below(at + 1));
    }
    let longer: Vec<&String> = names.iter().filter(|n| n.contains(' ')).collect();
    let mut text = String::new();
    for word in 0..WORDS {
        match numbers.below(16) {
            0 | 1 => text.push_str(&names[numbers.zipf_below(names.len())]),
            2 => text.push_str(
                longer[numbers.zipf_below(longer.len())]
                    .split(' ')
                    .next()
                    .unwrap_or_default(),
            ),
            3 => text.push_str(&numbers.word(true)),
            _ => text.push_str(&numbers.word(false)),
        }
        text.push_str(if word % 100 == 99 { ".\n\n" } else { " " });
    }
    text
}

struct Sample {
    text: String,
    tokens: Vec<Token>,
    /// Places of the words with a capital.
    capitals: Vec<usize>,
}

fn sample() -> Sample {
    let text = text();
    let mut tokens = Vec::new();
    tokenize(&text, &mut tokens);
    assert!(tokens.iter().any(|t| t.gap == Gap::Paragraph));
    let capitals = (0..tokens.len())
        .filter(|i| tokens[*i].capitalised())
        .collect();
    Sample {
        text,
        tokens,
        capitals,
    }
}

fn hits<'s>(gazetteer: &'s Gazetteer, s: &'s Sample) -> Vec<Hit<'s, 's>> {
    let starts = s
        .capitals
        .iter()
        .filter(|i| gazetteer.may_start(s.tokens[**i].key));
    starts
        .flat_map(|i| {
            gazetteer
                .matches(&s.text, &s.tokens, *i)
                .collect::<Vec<_>>()
        })
        .collect()
}

/// For each word with a capital: the filter alone.
#[divan::bench]
fn may_start(bencher: Bencher) {
    let s = sample();
    let gazetteer = Gazetteer::embedded();
    bencher
        .counter(ItemsCount::new(s.capitals.len()))
        .bench(|| {
            s.capitals
                .iter()
                .filter(|i| gazetteer.may_start(s.tokens[**i].key))
                .count()
        });
}

/// For each word with a capital: all names that begin there.
#[divan::bench]
fn matches(bencher: Bencher) {
    let s = sample();
    let gazetteer = Gazetteer::embedded();
    bencher
        .counter(ItemsCount::new(s.capitals.len()))
        .bench_local(|| {
            let mut tokens = 0;
            for i in &s.capitals {
                if gazetteer.may_start(s.tokens[*i].key) {
                    tokens += gazetteer
                        .matches(&s.text, &s.tokens, *i)
                        .map(|h| h.tokens)
                        .sum::<usize>();
                }
            }
            tokens
        });
}

/// For each word with a capital: all names that begin there, and all their meanings.
#[divan::bench]
fn matches_and_entries(bencher: Bencher) {
    let s = sample();
    let gazetteer = Gazetteer::embedded();
    bencher
        .counter(ItemsCount::new(s.capitals.len()))
        .bench_local(|| {
            for i in &s.capitals {
                if gazetteer.may_start(s.tokens[*i].key) {
                    for hit in gazetteer.matches(&s.text, &s.tokens, *i) {
                        hit.entries().for_each(|e| _ = black_box(e));
                    }
                }
            }
        });
}

/// For each name found: all its meanings.
#[divan::bench]
fn entries(bencher: Bencher) {
    let s = sample();
    let gazetteer = Gazetteer::embedded();
    let hits = hits(&gazetteer, &s);
    bencher.counter(ItemsCount::new(hits.len())).bench(|| {
        hits.iter()
            .for_each(|h| h.entries().for_each(|e| _ = black_box(e)))
    });
}
