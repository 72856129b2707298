//! whatlang, kept to what it knows.

use crate::detector::Scores;
use crate::names;
use whatlang::Lang;

/// What whatlang's word weighs at full confidence, beside a function word's 1, and the least of it.
const WEIGHT: f32 = 1.5;
const LEAST: f32 = 0.13;

/// Candidates further behind the leader than this are not put before it.
const NEAR: f32 = 1.6;

/// A language before its neighbour where nothing tells them apart.
const TIE: f32 = 0.01;

/// From this confidence on its word counts even where nothing else speaks for a language.
const ALONE: f32 = 0.3;

/// What whatlang takes a language for.
#[derive(Clone, Copy)]
struct Model {
    lang: Lang,
    /// It knows that very language, not a neighbour only.
    own: bool,
}

/// Which candidates whatlang can judge.
pub(crate) struct Trigrams {
    models: Vec<Option<Model>>,
}

impl Trigrams {
    /// For the languages of these tags.
    pub fn new(tags: &[&str]) -> Self {
        let models = tags
            .iter()
            .map(|tag| {
                let code = names::rows()
                    .find(|r| Some(r.tag) == tag.split('-').next())?
                    .trigrams;
                let lang = Lang::from_code(code.trim_start_matches('~'))?;
                Some(Model {
                    lang,
                    own: !code.starts_with('~'),
                })
            })
            .collect();
        Self { models }
    }

    fn model(&self, language: u16) -> Option<Model> {
        self.models.get(language as usize).copied().flatten()
    }

    /// Takes weight from those candidates near the lead that whatlang knows and does not mean.
    /// With `blank` nothing speaks for anything yet: then all candidates are put before it, and
    /// its choice gets that much.
    pub fn rule_out(
        &self,
        text: &str,
        candidates: &[u16],
        scores: &mut Scores,
        blank: Option<f32>,
    ) {
        let best = candidates
            .iter()
            .map(|&c| scores[c as usize])
            .fold(f32::NEG_INFINITY, f32::max);
        let mut asked: Vec<Lang> = candidates
            .iter()
            .filter(|&&c| blank.is_some() || best - scores[c as usize] < NEAR)
            .filter_map(|&c| self.model(c))
            .map(|m| m.lang)
            .collect();
        asked.sort_unstable_by_key(|l| l.code());
        asked.dedup();
        let (lang, sure) = match asked[..] {
            [] => return,
            [only] => (only, 0.0),
            _ => match whatlang::Detector::with_allowlist(asked).detect(text) {
                Some(answer) => (answer.lang(), answer.confidence() as f32),
                None => return,
            },
        };
        for &c in candidates {
            match self.model(c) {
                Some(m) if m.lang != lang => {
                    scores[c as usize] -= WEIGHT * sure.max(LEAST);
                }
                Some(m) if m.own => {
                    scores[c as usize] += TIE;
                    if sure > ALONE {
                        scores[c as usize] += blank.unwrap_or(0.0);
                    }
                }
                _ => {}
            }
        }
    }
}
