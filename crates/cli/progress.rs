//! A line that tells how far the run is: on a terminal only.

use anyhow::{Context, Result};
use dateline_pipeline::Progress;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// The first Ctrl-C ends the run cleanly after its window; the second, which a run that waits for
/// its input needs, at once, after `clear` has taken away what is half written.
pub fn listen(progress: &Arc<Progress>, clear: impl Fn() + Send + 'static) -> Result<()> {
    let progress = Arc::clone(progress);
    ctrlc::set_handler(move || {
        if !progress.stop.swap(true, Ordering::Relaxed) {
            eprintln!("dateline: stopping after the articles in hand; once more stops at once");
            return;
        }
        clear();
        std::process::exit(i32::from(crate::FAILED));
    })
    .context("cannot listen for Ctrl-C")
}

/// Redraws the line until it is dropped.
pub struct Line {
    bar: ProgressBar,
    thread: Option<std::thread::JoinHandle<()>>,
    done: Arc<std::sync::atomic::AtomicBool>,
}

impl Line {
    /// Starts the line, if standard error is a terminal.
    pub fn start(progress: &Arc<Progress>, total: Option<u64>) -> Option<Self> {
        if !std::io::stderr().is_terminal() {
            return None;
        }
        let bar = match total {
            Some(total) => ProgressBar::new(total).with_style(style(
                "{bar:30} {bytes} of {total_bytes}, {binary_bytes_per_sec}, {eta} left, {msg}",
            )),
            None => ProgressBar::new_spinner()
                .with_style(style("{spinner} {bytes}, {binary_bytes_per_sec}, {msg}")),
        };
        let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let (shown, watched, stop) = (bar.clone(), Arc::clone(progress), Arc::clone(&done));
        let begun = Instant::now();
        let thread = std::thread::spawn(move || {
            while !stop.load(Ordering::Relaxed) {
                let articles = watched.articles.load(Ordering::Relaxed);
                let rate = articles as f64 / begun.elapsed().as_secs_f64().max(0.001);
                shown.set_message(format!("{articles} articles, {rate:.0} a second"));
                shown.set_position(watched.bytes.load(Ordering::Relaxed));
                std::thread::sleep(Duration::from_millis(200));
            }
        });
        Some(Self {
            bar,
            thread: Some(thread),
            done,
        })
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}

impl Drop for Line {
    fn drop(&mut self) {
        self.done.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        self.bar.finish_and_clear();
    }
}
