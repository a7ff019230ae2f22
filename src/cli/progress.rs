//! Progress of a run on stderr: a bar on a terminal, plain lines elsewhere, or nothing.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::args::{Progress, stderr_is_interactive};
use super::stderr::say;

/// Time between two plain lines.
const PLAIN_INTERVAL: Duration = Duration::from_secs(10);

/// Shows how far a run is. Trials count by what they were expected to cost, so that the remaining
/// time does not depend on the order in which dear and cheap ones finish.
pub struct Reporter {
    display: Display,
    started: Instant,
    done: Mutex<Done>,
}

enum Display {
    Bar(ProgressBar),
    Plain,
    None,
}

#[derive(Default)]
struct Done {
    /// Trials that are to run, as far as known.
    asked: usize,
    /// Expected events of these.
    total: f64,
    trials: usize,
    expected_events: f64,
    events: u64,
    last_line: Option<Instant>,
}

impl Reporter {
    /// For a run named `name`.
    pub fn new(progress: Progress, name: &str) -> Self {
        let display = match progress {
            Progress::Auto if stderr_is_interactive() => Display::Bar(bar(name)),
            Progress::Bar => Display::Bar(bar(name)),
            Progress::Auto | Progress::Plain => Display::Plain,
            Progress::None => Display::None,
        };
        let done = Mutex::new(Done::default());
        Reporter {
            display,
            started: Instant::now(),
            done,
        }
    }

    /// So many trials more are to run, which are expected to take `events` events.
    pub fn more(&self, trials: usize, events: f64) {
        let mut done = self
            .done
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        done.asked += trials;
        done.total += events;
        if let Display::Bar(bar) = &self.display {
            bar.set_length(done.total as u64);
        }
    }

    /// A trial that was expected to take `expected` events has finished after `events`.
    pub fn finished(&self, expected: f64, events: u64) {
        let mut done = self
            .done
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        done.trials += 1;
        done.expected_events += expected;
        done.events += events;
        let elapsed = self.started.elapsed().as_secs_f64();
        let rate = event_rate(done.events, elapsed);
        match &self.display {
            Display::Bar(bar) => {
                bar.set_message(format!("{}/{} trials  {rate}", done.trials, done.asked));
                bar.set_position(done.expected_events as u64);
            }
            Display::Plain => {
                let due = done
                    .last_line
                    .is_none_or(|last| last.elapsed() >= PLAIN_INTERVAL);
                if due && self.started.elapsed() >= PLAIN_INTERVAL {
                    let left = elapsed * (done.total / done.expected_events - 1.0).max(0.0);
                    let (trials, all) = (done.trials, done.asked);
                    say!("  {trials}/{all} trials  {rate}  about {left:.0} s left");
                    done.last_line = Some(Instant::now());
                }
            }
            Display::None => {}
        }
    }

    /// Ends the display; returns the events of all finished trials and the seconds they took.
    pub fn finish(self) -> (u64, f64) {
        if let Display::Bar(bar) = &self.display {
            bar.finish_and_clear();
        }
        let done = self
            .done
            .into_inner()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        (done.events, self.started.elapsed().as_secs_f64())
    }
}

/// `12.3 M events/s`.
pub fn event_rate(events: u64, seconds: f64) -> String {
    format!("{:.1} M events/s", events as f64 / seconds.max(1e-9) / 1e6)
}

fn bar(name: &str) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let template = "{prefix}  [{bar:30}] {percent:>3} %  {msg}  {remaining}";
    let style = ProgressStyle::with_template(template)
        .expect("the template is well formed")
        .progress_chars("=> ")
        .with_key(
            "remaining",
            |state: &ProgressState, out: &mut dyn std::fmt::Write| {
                // An estimate before the first trial would be a guess.
                let text = match state.pos() {
                    0 => "ETA …".to_owned(),
                    _ => format!("ETA {} s", state.eta().as_secs()),
                };
                let _ = out.write_str(&text);
            },
        );
    bar.set_style(style);
    bar.set_prefix(name.to_owned());
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}
